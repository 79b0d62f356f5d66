"""The widget and the pages in a real Chromium, embedded from another origin."""
