"""Serves tools, hooks and providers written in Python to Patchbay. Standard library only: copy it beside your service.

What a function prints goes to the service's log. Calls run at the same time, each in a thread of its own.
"""

import json, os, sys, threading  # noqa: E401

METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL_ERROR, CANCELLED = -32601, -32602, -32603, -32002
TYPES = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}


class ToolFailure(Exception):
    """The tool could not do what was asked: the model reads why and may try otherwise."""


class ServiceError(Exception):
    """The call fails. `kind` is auth, config, model, network or rate_limit; the last two are tried again."""

    def __init__(self, message, kind="model", remedy=None, code=INTERNAL_ERROR):
        super().__init__(message)
        self.wire = {"code": code, "message": message, "data": {"kind": kind, "remedy": remedy}}


class Call:
    """What a function gets with each call: its configuration, the session's folder, and whether it was cancelled."""

    def __init__(self, service, params):
        self.config, self.cwd, self.cancelled = {}, params.get("cwd", "."), threading.Event()
        self._send, self._own = service._send, {key: params[key] for key in ("call_id",) if key in params}

    def token(self, text):
        """A piece of a provider's answer."""
        self._send({"method": "stream.provider.token", "params": {"text": text, **self._own}})

    def progress(self, text):
        """What a person sees while a tool runs."""
        self._send({"method": "stream.tool.progress", "params": {"text": text, **self._own}})


class Service:
    def __init__(self, name, version="0.1.0", permissions=None):  # e.g. {"read": ["."], "network": ["api.example"]}
        self._about = {"name": name, "version": version, "protocol": 1, "permissions": permissions or {}}
        self._config, self._running, self._tools, self._hooks, self._providers = {}, {}, {}, {}, {}
        self._lock, self._out, sys.stdout = threading.Lock(), sys.stdout.buffer, sys.stderr  # stdout is the line
        self._methods = {"describe": self._describe, "configure": self._configure, "ping": lambda params, call: {}}
        self._methods |= {"tool.execute": self._execute, "hook.emit": self._emit, "provider.complete": self._complete}

    def tool(self, name, description, properties, required=None, **more):
        """`properties` as in JSON Schema, all required if unsaid; `more`: annotations, instructions. Gets (input, call)."""
        required = list(properties if required is None else required)
        schema = {"type": "object", "properties": properties, "required": required}
        entry = {"name": name, "description": description, "input_schema": schema, **more}
        return lambda function: self._tools.update({name: (entry, function)}) or function

    def hook(self, name, events, priority=100, **more):
        """The function gets (event, data, call) and returns {"action": "DENY", "reason": …} or the like, or None."""
        heard = {event for entry, _ in self._hooks.values() for event in entry["events"]}
        if heard & {*events, "*"} or (heard and "*" in events):
            raise ValueError("Only one hook of a service may hear an event: two could contradict each other.")
        entry = {"name": name, "events": events, "priority": priority, **more}
        return lambda function: self._hooks.update({name: (entry, function)}) or function

    def provider(self, name):
        """The function gets (request, call), streams with call.token and returns its text or a whole answer."""
        return lambda function: self._providers.update({name: ({"name": name}, function)}) or function

    def serve(self):
        """Answers until the input ends. Call it once, at the end of the file."""
        for line in sys.stdin.buffer:
            try:
                message = json.loads(line)
                request, method, params = message.get("id"), message["method"], message.get("params") or {}
            except (ValueError, LookupError, AttributeError) as fault:
                print(f"Ignored a line that is no message: {fault}", file=sys.stderr, flush=True)
                continue
            if method == "$/cancelRequest":
                self._cancel(params.get("id"))
            elif request is not None:
                call = self._running[request] = Call(self, params)
                threading.Thread(target=self._answer, args=(request, method, params, call), daemon=True).start()
        with self._lock:  # whoever still works is not waited for, and ends with us between two lines
            os._exit(0)

    def _answer(self, request, method, params, call):
        try:
            if method not in self._methods:
                raise ServiceError(f"Method not found: {method}", code=METHOD_NOT_FOUND)
            outcome = {"result": self._methods[method](params, call)}
        except ServiceError as error:
            outcome = {"error": error.wire}
        except Exception as error:  # a fault of this service must reach the caller, not end the service
            outcome = {"error": {"code": INTERNAL_ERROR, "message": repr(error)}}
        if self._running.pop(request, None):
            self._send({"id": request, **outcome})

    def _cancel(self, request):
        if call := self._running.pop(request, None):
            call.cancelled.set()
            self._send({"id": request, "error": {"code": CANCELLED, "message": "Cancelled."}})

    def _send(self, message):
        with self._lock:
            self._out.write(json.dumps({"jsonrpc": "2.0", **message}).encode("ascii") + b"\n")
            self._out.flush()

    def _describe(self, params, call):
        known = (("tools", self._tools), ("hooks", self._hooks), ("providers", self._providers))
        offers = {kind: [entry for entry, _ in each.values()] for kind, each in known}
        return {**self._about, "capabilities": offers}

    def _configure(self, params, call):
        self._config = params.get("config") or {}

    def _execute(self, params, call):
        entry, function = self._find(self._tools, params.get("name"), call)
        try:
            return {"success": True, "output": function(checked(params.get("input") or {}, entry), call)}
        except ToolFailure as failure:
            return {"success": False, "output": None, "error": {"message": str(failure)}}

    def _emit(self, params, call):
        for name, (entry, function) in self._hooks.items():
            if {params["event"], "*"} & set(entry["events"]):
                call.config = self._config.get(name) or {}
                return function(params["event"], params.get("data") or {}, call) or {"action": "CONTINUE"}
        return {"action": "CONTINUE"}

    def _complete(self, params, call):
        answer = self._find(self._providers, params.get("provider"), call)[1](params["request"], call)
        return answer if isinstance(answer, dict) else {"content": answer, "text": answer, "finish_reason": "stop"}

    def _find(self, known, name, call):
        name = name or next(iter(known), None)  # without a name the first one is meant
        if name not in known:
            raise ServiceError(f"There is no {name}.", "config", code=INVALID_PARAMS)
        call.config = self._config.get(name) or {}
        return known[name]


def checked(given, tool):
    """The input, if it has what the tool requires, of the types it names. Deeper faults are the function's to find."""
    schema = tool["input_schema"]
    for name in set(schema["required"]) - given.keys():
        raise ToolFailure(f"{tool['name']} needs \"{name}\".")
    for name, value in given.items():
        wanted = schema["properties"].get(name, {}).get("type")
        kind = TYPES.get(wanted, object) if isinstance(wanted, str) else object
        if not isinstance(value, kind) or (wanted in ("integer", "number") and isinstance(value, bool)):
            raise ToolFailure(f"{tool['name']}: \"{name}\" must be of type {wanted}.")
    return given
