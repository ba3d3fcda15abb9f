/*
 * A service in C: a tool, a hook and a provider on one standard input and output. JSON-RPC 2.0, one JSON object
 * per line, one request after another. Build: cc -o text_service service.c json.c
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

#define METHOD_NOT_FOUND (-32601)
#define INVALID_PARAMS (-32602)

static const char MANIFEST[] =
    "{\"name\":\"text\",\"capabilities\":{"
    "\"tools\":[{\"name\":\"word_count\",\"description\":\"Counts the words of a text.\","
    "\"parameters\":{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}},\"required\":[\"text\"]}}],"
    "\"hooks\":[{\"name\":\"short_texts_only\",\"events\":[\"tool:pre\"],\"priority\":20}],"
    "\"orchestrators\":[],\"context_managers\":[],\"providers\":[{\"name\":\"c-scripted\"}],\"content\":[]}}";

/* The id as it was sent, a number or a string: it is never looked into, only sent back. */
typedef struct {
  json id;
  int id_length;
} request;

static void send_result(request to, const char *result) {
  printf("{\"jsonrpc\":\"2.0\",\"id\":%.*s,\"result\":%s}\n", to.id_length, to.id, result);
  fflush(stdout);
}

static void send_error(request to, int code, const char *message) {
  char *quoted = json_quote(message);
  printf("{\"jsonrpc\":\"2.0\",\"id\":%.*s,\"error\":{\"code\":%d,\"message\":%s}}\n", to.id_length, to.id, code,
         quoted);
  fflush(stdout);
  free(quoted);
}

/* One word of the answer, in the older spelling of the notification. */
static void send_token(const char *word) {
  char *quoted = json_quote(word);
  printf("{\"jsonrpc\":\"2.0\",\"method\":\"stream.provider.token\",\"params\":{\"token\":%s}}\n", quoted);
  fflush(stdout);
  free(quoted);
}

static int count_words(const char *text) {
  int words = 0;
  for (int inside = 0; *text; text++) {
    int is_space = isspace((unsigned char)*text);
    if (!is_space && !inside) words++;
    inside = !is_space;
  }
  return words;
}

static void execute_tool(request to, json params) {
  json text = json_get(json_get(params, "input"), "text");
  if (!json_is(json_get(params, "name"), "word_count")) {
    send_error(to, INVALID_PARAMS, "Unknown tool.");
    return;
  }
  if (!text || *text != '"') {
    send_result(to, "{\"success\":false,\"error\":{\"message\":\"word_count needs a text.\"}}");
    return;
  }
  char *decoded = json_text(text), result[64];
  snprintf(result, sizeof result, "{\"success\":true,\"output\":{\"words\":%d}}", count_words(decoded));
  send_result(to, result);
  free(decoded);
}

static void emit_hook(request to, json params) {
  json data = json_get(params, "data");
  int is_gate = json_is(json_get(params, "event"), "tool:pre");
  if (is_gate && json_is(json_get(json_get(data, "tool_input"), "text"), "too long")) {
    send_result(to, "{\"action\":\"DENY\",\"reason\":\"the text is too long\"}");
  } else {
    send_result(to, "{\"action\":\"CONTINUE\"}");
  }
}

static void say(request to, const char *text) {
  char *quoted = json_quote(text);
  for (const char *at = text; *at;) {
    size_t length = strcspn(at, " ");
    length += strspn(at + length, " ");
    char *word = calloc(length + 1, 1);
    send_token(memcpy(word, at, length));
    free(word);
    at += length;
  }
  size_t size = strlen(quoted) + 64;
  char *result = malloc(size);
  snprintf(result, size, "{\"content\":%s,\"finish_reason\":\"stop\"}", quoted);
  send_result(to, result);
  free(result);
  free(quoted);
}

/* Asks for two tool calls; when it is given their results it repeats the last. */
static void complete(request to, json params) {
  json last = json_last(json_get(json_get(params, "request"), "messages"));
  if (!json_is(json_get(last, "role"), "tool")) {
    send_result(to,
                "{\"content\":[],\"tool_calls\":["
                "{\"id\":\"c-1\",\"name\":\"word_count\",\"arguments\":{\"text\":\"too long\"}},"
                "{\"id\":\"c-2\",\"name\":\"word_count\",\"arguments\":{\"text\":\"four words, \\u00e9crits \\\"ici\\\"\"}}"
                "],\"finish_reason\":\"tool_calls\"}");
    return;
  }
  char *content = json_text(json_get(last, "content"));
  size_t size = strlen(content) + 32;
  char *text = malloc(size);
  snprintf(text, size, "The tool said: %s", content);
  say(to, text);
  free(text);
  free(content);
}

static void answer(json message) {
  json id = json_get(message, "id"), method = json_get(message, "method"), params = json_get(message, "params");
  if (!id || !method) return; /* a notification, or an answer to nothing we asked */
  request to = {id, (int)(json_end(id) - id)};
  if (json_is(method, "describe")) send_result(to, MANIFEST);
  else if (json_is(method, "tool.execute")) execute_tool(to, params);
  else if (json_is(method, "hook.emit")) emit_hook(to, params);
  else if (json_is(method, "provider.complete")) complete(to, params);
  else send_error(to, METHOD_NOT_FOUND, "Method not found.");
}

/* A whole line without its end, in a buffer that grows; NULL at the end of the input. */
static char *read_line(void) {
  size_t size = 4096, length = 0;
  char *line = malloc(size);
  for (int c; (c = getchar()) != EOF;) {
    if (c == '\n') {
      line[length] = '\0';
      return line;
    }
    line[length++] = (char)c;
    if (length == size) line = realloc(line, size *= 2);
  }
  free(line);
  return NULL;
}

int main(void) {
  fputs("the C service is ready\n", stderr);
  for (char *line; (line = read_line()) != NULL; free(line)) answer(line);
  return 0;
}
