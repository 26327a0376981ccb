"""Frozen configurations, the presets, and the fingerprint that says two of them are equal.

Named tuples as in `ncs.types`, and for the same reason.
"""

import json
from collections.abc import Mapping
from typing import NamedTuple

from ncs.hashing import blake2b

# Folders that are never the user's code, and that nobody wants reported as skipped.
UNSPOKEN = frozenset({".git", ".ncs", ".hg", ".svn", ".jj"})

# Folders that are ignored where no rule says otherwise: `!node_modules/` brings them back.
IGNORED_FOLDERS = (
    "node_modules", "bower_components", "__pycache__", ".venv", ".tox", ".nox", ".eggs",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis",
)  # fmt: skip
IGNORE_FILES = (".gitignore", ".ncsignore")  # the later one wins

# A folder that holds it is a virtual environment of Python, whatever it is called.
ENVIRONMENT_MARK = "pyvenv.cfg"

NOTEBOOK = ".ipynb"
_WITH_PICTURES = 4  # times the size of other files; no more than `index.glance` compares


class CorpusConfig(NamedTuple):
    """What is read, and how it is cut.

    Attributes:
        max_file_bytes: larger files are skipped as over-large; of a notebook what it says counts.
        max_line_bytes: a file whose mean line is longer than a tenth of this, or of which
            more than one line in twenty is longer than this, is skipped as minified.
        chunk_lines: the size chunks are packed and split towards. 25 lines measured best
            against 50 (by 0.038 NDCG@10) and 12.
    """

    max_file_bytes: int = 1_000_000
    max_line_bytes: int = 5_000
    chunk_lines: int = 25

    def most_bytes(self, path: str) -> int:
        """Return how large a file is read at most: most of a notebook may be pictures."""
        return self.max_file_bytes * (_WITH_PICTURES if path.lower().endswith(NOTEBOOK) else 1)


class ModelConfig(NamedTuple):
    """Shape of the model. Two models with equal shapes can exchange weights.

    Attributes:
        buckets: rows of the n-gram table, a power of two.
        width: of word and line vectors (D).
        blocks: transformer blocks over line vectors; 0 leaves the bag of words.
        heads: attention heads (H); feed_forward: inner width of a block.
        lines: positions of the transformer (at most); words_per_line: words in one of them,
            query_words: the same for a text of a single line.
        latent_dim: the posterior's width (Z). extension_dim: nested continuation, 0 for none.
        sde_steps, sde_time: Euler-Maruyama steps (S) on [0, sde_time].
        flow_layers: coupling layers of the prior.
        decoder_hidden, decoder_embedding: widths of the decoder's layers and of its tokens.
        places: of a text that the decoder can look at. sentence: its longest, in tokens.
    """

    buckets: int = 65_536
    width: int = 128
    blocks: int = 2
    heads: int = 4
    feed_forward: int = 256
    lines: int = 32
    words_per_line: int = 12
    query_words: int = 4
    latent_dim: int = 16
    extension_dim: int = 48
    sde_steps: int = 3
    sde_time: float = 0.1
    sde_hidden: int = 32
    flow_layers: int = 4
    flow_hidden: int = 32
    decoder_hidden: int = 256
    decoder_embedding: int = 128
    places: int = 160
    sentence: int = 28


class IndexConfig(NamedTuple):
    """What an index must meet. `min_coverage`: share of chunks with a written explanation."""

    min_coverage: float = 0.75


PRESETS: Mapping[str, ModelConfig] = {
    "tiny": ModelConfig(
        buckets=8_192, width=32, blocks=1, heads=2, feed_forward=64, decoder_hidden=48,
        decoder_embedding=32,
    ),
    "small": ModelConfig(
        buckets=16_384, width=64, blocks=1, heads=4, feed_forward=128, decoder_hidden=96,
        decoder_embedding=64,
    ),
    "base": ModelConfig(),
    "large": ModelConfig(width=192, blocks=3, heads=6, feed_forward=384),
    "xlarge": ModelConfig(
        buckets=131_072, width=256, blocks=4, heads=8, feed_forward=512, decoder_hidden=384,
    ),
    "research": ModelConfig(
        buckets=262_144, width=384, blocks=6, heads=8, feed_forward=1024, lines=64,
        decoder_hidden=512, sde_hidden=64, flow_hidden=64,
    ),
}  # fmt: skip
DEFAULT_PRESET = "base"

KEY_WIDTH = 32  # of the keys by which lines ask for words: part of the shape of every model

# What a configuration that is read can say: weights come from strangers, too.
_WIDEST = 1 << 16
_MOST = {
    "buckets": 1 << 24, "blocks": 256, "lines": 1024, "sde_steps": 1024, "sde_time": 1024.0,
    "flow_layers": 256, "sentence": 1024,
}  # fmt: skip
_LEAST = {"blocks": 0, "extension_dim": 0, "sde_steps": 0, "sde_time": 1e-6, "flow_layers": 0}


def to_json(config: CorpusConfig | ModelConfig) -> str:
    """Return a configuration as JSON with sorted keys: equal configs, equal text."""
    return json.dumps(config._asdict(), sort_keys=True, separators=(",", ":"))


def model_config_from_json(text: str) -> ModelConfig:
    """Return the model configuration of `to_json`'s text.

    Raises:
        ValueError: the text holds no such configuration.
    """
    try:
        values = json.loads(text)
    except RecursionError as error:
        raise ValueError("a model configuration is a JSON object") from error
    if not isinstance(values, dict):
        raise ValueError("a model configuration is a JSON object")
    known = ModelConfig()._asdict()
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ValueError(f"unknown fields of a model configuration: {', '.join(unknown)}")
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, type(known[name]) | int):
            raise ValueError(f"{name} of a model configuration is {value!r}")
    return _sane(ModelConfig(**values))


def _sane(config: ModelConfig) -> ModelConfig:
    """Return the configuration if a model of it can be made and used in a time that ends."""
    for name, value in config._asdict().items():
        least, most = _LEAST.get(name, 1), _MOST.get(name, _WIDEST)
        if not least <= value <= most:  # nor is NaN between them
            raise ValueError(
                f"{name} of a model configuration is {value!r}, {least} to {most} expected"
            )
    if config.width % config.heads:
        raise ValueError(f"width {config.width} of a model is no multiple of {config.heads} heads")
    if config.buckets & (config.buckets - 1):
        raise ValueError(f"buckets of a model configuration are {config.buckets}, no power of two")
    return config


def fingerprint(*parts: bytes | str) -> str:
    """Return the hex blake2b digest (20 bytes) of the parts, each with its length."""
    digest = blake2b(digest_size=20)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()
