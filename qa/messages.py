"""What the product says in its own voice, in Vietnamese and English."""

from typing import Literal

Language = Literal["vi", "en"]

_TEXTS: dict[str, dict[str, str]] = {
    "no_answer": {
        "vi": "Các bài viết không nói đến điều này.",
        "en": "The articles do not say.",
    },
    "no_answer_near": {
        "vi": "Các bài viết không nói đến điều này. Dưới đây là những đoạn gần nhất, "
        "nhưng chúng không phải câu trả lời.",
        "en": "The articles do not say. Below are the nearest passages, which are not an answer.",
    },
    "clarify": {
        "vi": "Câu hỏi này có thể nói về nhiều đơn vị. Bạn muốn hỏi về đơn vị nào?",
        "en": "This question fits several organisations. Which one do you mean?",
    },
}


def message(key: str, lang: Language) -> str:
    """Return a text in the language asked for."""
    return _TEXTS[key][lang]
