"""A tool, a hook and a provider in Python: what a whole service looks like with patchbay_service.py beside it."""

import sys

from patchbay_service import Service, ServiceError, ToolFailure

service = Service("text")


@service.tool(
    "reverse_text",
    "Turns a text around.",
    {"text": {"type": "string"}},
    annotations={"read_only": True},
    instructions="Give the whole text at once: parts that are turned around apart do not add up.",
)
def reverse_text(given, call):
    if not given["text"]:
        raise ToolFailure("reverse_text needs a text that is not empty.")
    call.progress(f"Turning {len(given['text'])} letters around\n")
    return given["text"][::-1]


@service.hook("no_forbidden_text", ["tool:pre"], priority=10)
def no_forbidden_text(event, data, call):
    forbidden = call.config.get("text", "forbidden")
    if (data.get("tool_input") or {}).get("text") == forbidden:
        return {"action": "DENY", "reason": "this text is forbidden"}


@service.provider("python-scripted")
def complete(request, call):
    """No model: it asks for two tool calls, then tells what came of them, word by word."""
    results = []
    for message in reversed(request["messages"]):
        if message["role"] != "tool":
            break
        results.insert(0, message["content"])
    if not results:
        texts = ["stressed", "forbidden"]
        calls = [{"id": f"py-{text}", "name": "reverse_text", "arguments": {"text": text}} for text in texts]
        return {"content": [], "tool_calls": calls, "finish_reason": "tool_calls"}
    text = "Results: " + " / ".join(results)
    for word in text.split(" "):
        if call.cancelled.is_set():
            raise ServiceError("Cancelled.")
        call.token(word + " ")
    usage = {"input_tokens": 11, "output_tokens": 7, "total_tokens": 18}
    return {"content": [{"type": "text", "text": text}], "text": text, "usage": usage, "finish_reason": "stop"}


print("the Python service is ready", file=sys.stderr, flush=True)
service.serve()
