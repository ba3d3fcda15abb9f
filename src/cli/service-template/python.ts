/** A new service in Python, with the helper beside it. */
import { type Component, componentName, type Template } from './template.ts';

export function pythonTemplate(service: string, component: Component): Template {
  const name = componentName(service);
  return {
    files: {
      'service.py': SERVICE[component](service, name),
      'test_service.py': `${TEST_HEAD}${TEST[component](name)}${TEST_END}`,
    },
    copies: { 'patchbay_service.py': 'docs/examples/python/patchbay_service.py' },
    entry: 'service.py',
    testCommand: 'python3 test_service.py',
  };
}

const SERVICE: Record<Component, (service: string, name: string) => string> = {
  tool: (service, name) => `from patchbay_service import Service, ToolFailure

service = Service("${service}")


# The description is all that a model knows of it: what it does, and when to use it.
@service.tool("${name}", "Counts the words of a text.", {"text": {"type": "string"}}, annotations={"read_only": True})
def ${name}(given, call):
    words = given["text"].split()
    if not words:
        raise ToolFailure("There are no words in an empty text.")
    return {"words": len(words)}


service.serve()
`,
  hook: (service, name) => `import json

from patchbay_service import Service

service = Service("${service}")


# tool:pre is a gate: whatever goes wrong in this hook, the tool does not run unasked.
@service.hook("${name}", ["tool:pre"], priority=50)
def ${name}(event, data, call):
    if "password" in json.dumps(data.get("tool_input") or {}):
        return {"action": "DENY", "reason": data["tool_name"] + " must not see passwords."}
    return None  # nothing against it


service.serve()
`,
  provider: (service, name) => `from patchbay_service import Service, ServiceError

service = Service("${service}")


@service.provider("${name}")
def ${name}(request, call):
    prompt = [message["content"] for message in request["messages"] if message["role"] == "user"][-1]
    if not isinstance(prompt, str):
        raise ServiceError("Only text is understood.", "model", "Send a prompt without images.")
    text = "You said: " + prompt
    for word in text.split(" "):
        call.token(word + " ")
    return text


service.serve()
`,
};

/** It talks to the service as the host does: one line of JSON a message. */
const TEST_HEAD = `import json
import pathlib
import subprocess
import sys
import unittest

SERVICE = pathlib.Path(__file__).parent / "service.py"


class ServiceTest(unittest.TestCase):
    def setUp(self):
        self.child = subprocess.Popen([sys.executable, str(SERVICE)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def tearDown(self):
        self.child.communicate(timeout=10)

    def call(self, method, params):
        """Asks the service and gives its answer."""
        line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        self.child.stdin.write(line.encode() + b"\\n")
        self.child.stdin.flush()
        while True:
            message = json.loads(self.child.stdout.readline())
            if message.get("id") == 1:
                return message["result"]
`;

const TEST: Record<Component, (name: string) => string> = {
  tool: (name) => `
    def test_counts_words(self):
        result = self.call("tool.execute", {"name": "${name}", "input": {"text": "one two  three"}})
        self.assertEqual(result["output"], {"words": 3})

    def test_says_why_it_cannot_count(self):
        result = self.call("tool.execute", {"name": "${name}", "input": {"text": " "}})
        self.assertFalse(result["success"])
        self.assertIn("empty text", result["error"]["message"])
`,
  hook: () => `
    def emit(self, tool_input):
        return self.call("hook.emit", {"event": "tool:pre", "data": {"tool_name": "bash", "tool_input": tool_input}})

    def test_keeps_passwords_from_tools(self):
        result = self.emit({"command": "echo my password"})
        self.assertEqual(result, {"action": "DENY", "reason": "bash must not see passwords."})

    def test_has_nothing_against_anything_else(self):
        self.assertEqual(self.emit({"command": "ls"}), {"action": "CONTINUE"})
`,
  provider: (name) => `
    def test_answers_a_prompt(self):
        request = {"messages": [{"role": "user", "content": "hello"}]}
        result = self.call("provider.complete", {"request": request, "provider": "${name}"})
        self.assertEqual(result["text"], "You said: hello")
`,
};

const TEST_END = `

if __name__ == "__main__":
    unittest.main()
`;
