"""The client against `transformers serve`, with a model that is made here and knows nothing."""

import asyncio
import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import LLMError
from engine.llm.client import Endpoint, OpenAIClient
from engine.llm.gather import run
from engine.llm.replies import parse, schema
from engine.protocols import Reply, Request

SECONDS = 240
TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"


def tiny_chat_model(folder: Path) -> Path:
    """Two layers over single bytes."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate(["<pad>", "</s>", *letters])}
    tokens = Tokenizer(models.BPE(vocabulary, []))
    tokens.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokens.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=tokens, pad_token="<pad>", eos_token="</s>", chat_template=TEMPLATE
    )
    config = LlamaConfig(
        vocab_size=len(vocabulary), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=2, max_position_embeddings=4096, pad_token_id=0, eos_token_id=1,
        bos_token_id=1,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    for needed in ("accelerate", "rich", "uvicorn"):
        if importlib.util.find_spec(needed) is None:
            pytest.skip(f"transformers serve needs {needed}: pip install transformers[serving]")
    folder = tiny_chat_model(tmp_path_factory.mktemp("tiny chat"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from transformers.cli.transformers import main; main()"]
    command += ["serve", "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, env=environment) as server:
        deadline = time.monotonic() + SECONDS
        while not _listens(port) and server.poll() is None and time.monotonic() < deadline:
            server_ended = _wait(server)
            assert not server_ended, "transformers serve ended before it listened"
        yield Endpoint(str(folder), f"http://127.0.0.1:{port}/v1", timeout=SECONDS, attempts=2)
        server.terminate()


def _wait(server: subprocess.Popen[bytes]) -> bool:
    """Whether the server ended within half a second."""
    try:
        server.wait(0.5)
    except subprocess.TimeoutExpired:
        return False
    return True


def _listens(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.timeout(2 * SECONDS)
def test_a_server_that_ignores_the_schema_is_understood_as_far_as_it_goes(
    endpoint: Endpoint,
) -> None:
    client = OpenAIClient(endpoint)
    asked = Request(
        ({"role": "user", "content": "Ann?"},), schema=schema(["PER"]), seed=1, max_tokens=12
    )
    found = dict(run(client, [asked] * 3, 2))
    for reply in found.values():
        assert isinstance(reply, Reply), reply
        assert not isinstance(reply, LLMError)
        assert reply.usage["completion_tokens"] <= 12
        parsed = parse(reply.text, ["PER"])
        assert parsed.mentions == ()
        assert parsed.problems
    honours = asyncio.run(client.probe()).honours()
    assert honours["schema"] is False
    assert honours["usage"] is True
    assert honours["logprobs"] is False
