/* Brings the cited passage into view, in the middle of the window, and lets reading start there. */
"use strict";

const cited = document.getElementById("cited");
if (cited) {
  cited.scrollIntoView({ block: "center" });
  cited.focus({ preventScroll: true });
}
