"""The reader as a torch module: an encoder and one linear layer for starts and ends.

After Devlin et al. 2019 (BERT, section 4.3), with "no answer" at position 0.
"""

from pathlib import Path

from torch import Tensor, nn
from transformers import AutoModel

HEAD = "head."


class ReaderNetwork(nn.Module):
    """Token ids and attention mask (windows, tokens) to start and end logits, each like them."""

    def __init__(self, encoder: nn.Module, hidden_size: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = nn.Linear(hidden_size, 2)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return raw logits; which positions may be chosen is the caller's matter."""
        hidden = self.encoder(input_ids, attention_mask).last_hidden_state
        start, end = self.head(hidden).unbind(-1)
        return start, end


def load_network(base: Path) -> ReaderNetwork:
    """Put a new head on the encoder in `base`; eager attention is the fastest on a CPU."""
    encoder = AutoModel.from_pretrained(
        base,
        local_files_only=True,
        add_pooling_layer=False,
        attn_implementation="eager",
        # masks of dropout cost more time on a CPU than they save
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return ReaderNetwork(encoder, encoder.config.hidden_size)
