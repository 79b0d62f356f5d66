"""What of the reader is trained, and by which loss."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from corpus.errors import ForeignCheckpoint
from qa.reader_network import ReaderNetwork


def freeze_below(network: ReaderNetwork, layer: int) -> dict[str, nn.Parameter]:
    """Freeze the embeddings and the layers below this one; return what is trained, by name."""
    for name, parameter in network.encoder.named_parameters():
        number = name.removeprefix("encoder.layer.").split(".")[0]
        parameter.requires_grad_(number.isdigit() and int(number) >= layer)
    return {name: p for name, p in network.named_parameters() if p.requires_grad}


def load_trained(network: ReaderNetwork, path: Path) -> None:
    """Overwrite the trained tensors with those of a file."""
    tensors = load_file(path)
    unknown = network.load_state_dict(tensors, strict=False).unexpected_keys
    if unknown:
        raise ForeignCheckpoint(f"{path} holds tensors that the reader lacks: {unknown[:3]}.")


def has_bfloat16() -> bool:
    """Tell whether this processor multiplies bfloat16 itself; where it does not, it is slower."""
    capabilities = torch.cpu.get_capabilities()
    return any(bool(there) for name, there in capabilities.items() if name.endswith("bf16"))


def quick_precision() -> torch.autocast:
    """Return a context that computes in bfloat16 where that is quicker, else in float32."""
    return torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16())


def span_loss(logits: Tensor, choices: Tensor, targets: Tensor) -> Tensor:
    """Return the cross-entropy of target distributions over the positions that may be chosen."""
    chances = torch.log_softmax(logits.float().masked_fill(~choices, -1e4), dim=-1)
    return -(targets * chances).sum(-1).mean()
