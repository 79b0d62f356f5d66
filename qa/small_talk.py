"""Greetings, thanks and "what can you do": a friendly line instead of a search."""

import re

from corpus.vietnamese import fold

_OPENING = r"(?:(?:da|vang|oke?|a|um) )?"
_ADDRESS = (
    r"(?: (?:ban|em|anh|chi|ad|admin|bot|shop|moi nguoi|ca nha|there|a|nhe|nha|nhieu|lam"
    r"|rat nhieu|very much|so much|beaucoup|oi))*"
)
_GREETINGS = (
    r"xin chao|chao|hello|hi|hey|alo|bonjour|salut|good (?:morning|afternoon|evening)"
    r"|chao buoi (?:sang|chieu|toi)|(?:em|toi|minh) chao"
)
_THANKS = (
    r"cam onn?|thanks?|thank (?:you|u)|tks|merci|tot lam|tuyet voi|hay qua|oke?|okay|tam biet"
    r"|(?:good)?bye|au revoir"
)
_ABILITIES = (
    r"(?:ban|em|bot|may|he thong|chatbot)(?: nay)? (?:la ai|ten (?:la )?gi|la gi)",
    r"(?:ban|em|bot|may|he thong|chatbot)(?: nay)? (?:co the )?(?:lam|giup|tra loi|biet)(?: duoc)?"
    r"(?: (?:nhung|cho toi|toi|minh|em))?(?: gi| nhung gi| cai gi| cau hoi nao)?(?: duoc)?",
    r"hoi(?: duoc)? (?:ban |em )?(?:nhung )?gi(?: o day)?",
    r"who are you|what can you do|what are you|help|tro giup|giup (?:toi|em|minh)(?: voi)?",
    r"qui es tu|qui etes vous|que peux tu faire|aide",
)
_KINDS = (
    ("thanks", re.compile(rf"{_OPENING}(?:xin )?(?:(?:em|toi|minh) )?(?:{_THANKS}){_ADDRESS}")),
    ("ability", re.compile("|".join(_ABILITIES))),
    ("greeting", re.compile(rf"{_OPENING}(?:{_GREETINGS}){_ADDRESS}")),
)


def small_talk(text: str, lang: str) -> str:
    """Return a reply to a message that asks nothing of the articles, or ""."""
    folded = re.sub(r"[^\w ]+", " ", fold(text))
    folded = re.sub(r"\s+", " ", folded).strip()
    for kind, pattern in _KINDS:
        if pattern.fullmatch(folded):
            return _REPLIES[lang][kind]
    return ""


_REPLIES = {
    "vi": {
        "greeting": (
            "Xin chào! Hãy hỏi về nội dung các bài viết, ví dụ: bệnh viện hợp tác với nước nào."
        ),
        "thanks": "Rất vui được giúp bạn. Bạn cứ hỏi tiếp khi cần.",
        "ability": (
            "Tôi tìm trong các bài viết của bệnh viện và trích nguyên văn đoạn trả lời, "
            "kèm nguồn để bạn kiểm tra. Hãy hỏi ngắn gọn, có dấu hay không dấu đều được."
        ),
    },
    "en": {
        "greeting": (
            "Hello! Ask about what the articles say, "
            "for example which countries the hospital works with."
        ),
        "thanks": "You are welcome. Ask again whenever you like.",
        "ability": (
            "I search the hospital's articles and quote the passage that answers, word for "
            "word, with its source. Short questions are fine, with or without diacritics."
        ),
    },
}
