from db import llm_settings
from db.session import connect
from tests.integration.cli.conftest import Shell
from tests.llm_server import LLMServer, error, says


def test_a_test_from_the_shell_says_what_is_honoured(shell: Shell) -> None:
    with LLMServer(says("Blue.")) as server:
        shell.environment |= {"OPENAI_BASE_URL": server.url, "NER_STUDIO_LLM_MODEL": "tiny"}
        found = shell("llm", "test", "--json").json
        assert (found["ok"], found["model"]) == (True, "tiny")
        assert found["honours"] == {
            "schema": False, "usage": True, "seed": True, "logprobs": False,
        }  # fmt: skip
        assert found["seconds"] >= 0
        assert len(server.calls) == 1
        assert not shell.db.exists()
        said = shell("llm", "test")
        assert "Model: tiny answered in" in said.out
        assert shell("project", "create", "P").code == 0
        assert shell("llm", "test").code == 0
        database = connect(shell.db)
        with database.session() as s:
            assert llm_settings.honours(s, server.url, "tiny") is not None
        database.close()


def test_a_test_from_the_shell_that_fails_says_why_and_hides_the_key(shell: Shell) -> None:
    assert "No language model is configured" in shell("llm", "test").refused()
    key = "sk-hidden-from-all"
    with LLMServer(error(401, f"Incorrect API key provided: {key}")) as server:
        shell.environment |= {
            "OPENAI_BASE_URL": server.url, "NER_STUDIO_LLM_MODEL": "m", "OPENAI_API_KEY": key,
        }  # fmt: skip
        assert "refuses the key" in shell("llm", "test").refused(1)
        found = shell("llm", "test", "--json")
        assert found.object["error"]["kind"] == "key_refused"
        assert key not in found.out + found.err
