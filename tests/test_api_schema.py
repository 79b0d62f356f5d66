"""What /openapi.json promises is what is answered, tried with requests made from it."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.app import create_app
from qa.assemble import Parts
from tests.serving import serving

EXAMPLES = 15

# A question of blanks fits the schema and is refused all the same.
UNTRUE_OF_US = [positive_data_acceptance]
STRICT = SchemathesisConfig.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": [400, 404, 413, 422]}}}
)


@pytest.fixture(scope="module")
def address(parts: Parts) -> Iterator[str]:
    with serving(create_app(parts)) as url:
        yield url


@pytest.mark.parametrize("mode", list(GenerationMode), ids=["valid", "broken"])
def test_every_answer_is_one_that_the_schema_describes(
    address: str, mode: GenerationMode, subtests: pytest.Subtests
):
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json", config=STRICT)
    for found in schema.get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.NEGATIVE and not operation.body:
            continue
        with subtests.test(operation.label):
            _try(operation.as_strategy(generation_mode=mode))


def _try(cases: object) -> None:
    @given(case=cases)
    @settings(max_examples=EXAMPLES)
    def asked(case: schemathesis.Case) -> None:
        case.call_and_validate(excluded_checks=UNTRUE_OF_US, timeout=20)

    asked()


def test_every_route_that_programs_use_is_in_the_schema(address: str):
    paths = schemathesis.openapi.from_url(f"{address}/openapi.json").raw_schema["paths"]
    assert {
        "/v1/ask", "/v1/search", "/v1/verify", "/v1/articles", "/v1/articles/{article_id}",
        "/v1/chat", "/v1/chat/{conversation}", "/v1/feedback", "/v1/chat/completions",
        "/v1/models", "/healthz", "/readyz", "/metrics",
    } <= set(paths)  # fmt: skip
    for path, methods in paths.items():
        for method, operation in methods.items():
            for status, response in operation["responses"].items():
                kinds = list(response.get("content", {}))
                wanted = "application/problem+json" if int(status) >= 400 else None
                assert wanted is None or kinds == [wanted], f"{method} {path} {status}"


def test_the_schema_has_a_vietnamese_example_of_a_question(address: str):
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json").raw_schema
    examples = schema["components"]["schemas"]["AskRequest"]["examples"]
    assert {"question": "Chính phủ Bỉ tài trợ bao nhiêu tiền?"} in examples
