#include "json.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json spaces(json at) {
  while (at && *at && isspace((unsigned char)*at)) at++;
  return at;
}

static json string_end(json at) {
  for (at++; *at && *at != '"'; at++) {
    if (*at == '\\' && at[1]) at++;
  }
  return *at == '"' ? at + 1 : NULL;
}

json json_end(json value) {
  value = spaces(value);
  if (!value || !*value) return NULL;
  if (*value == '"') return string_end(value);
  if (*value != '{' && *value != '[') {
    while (*value && !strchr(",]}", *value) && !isspace((unsigned char)*value)) value++;
    return value;
  }
  for (int depth = 0; *value; value++) {
    if (*value == '"') {
      value = string_end(value);
      if (!value) return NULL;
      value--;
    } else if (*value == '{' || *value == '[') {
      depth++;
    } else if (*value == '}' || *value == ']') {
      if (--depth == 0) return value + 1;
    }
  }
  return NULL;
}

json json_get(json object, const char *key) {
  object = spaces(object);
  if (!object || *object != '{') return NULL;
  for (json at = spaces(object + 1); at && *at == '"';) {
    json name = at;
    at = spaces(json_end(at));
    if (!at || *at != ':') return NULL;
    json value = spaces(at + 1);
    if (json_is(name, key)) return value;
    at = spaces(json_end(value));
    if (!at || *at != ',') return NULL;
    at = spaces(at + 1);
  }
  return NULL;
}

json json_last(json array) {
  array = spaces(array);
  if (!array || *array != '[') return NULL;
  json last = NULL;
  for (json at = spaces(array + 1); at && *at && *at != ']';) {
    last = at;
    at = spaces(json_end(at));
    if (at && *at == ',') at = spaces(at + 1);
  }
  return last;
}

int json_is(json value, const char *text) {
  size_t length = strlen(text);
  return value && *value == '"' && strncmp(value + 1, text, length) == 0 && value[1 + length] == '"';
}

static char *write_utf8(char *out, unsigned long code) {
  if (code < 0x80) {
    *out++ = (char)code;
    return out;
  }
  int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  static const unsigned char first[] = {0, 0xC0, 0xE0, 0xF0};
  *out++ = (char)(first[more] | (code >> (6 * more)));
  while (more-- > 0) *out++ = (char)(0x80 | ((code >> (6 * more)) & 0x3F));
  return out;
}

/* The code point of an escape at its `u`, surrogate pairs joined; moves `at` to its last digit. */
static unsigned long unicode_escape(json *at) {
  unsigned long code = 0, low = 0;
  if (sscanf(*at, "u%4lx", &code) != 1) return 0xFFFD;
  *at += 4;
  if (code < 0xD800 || code > 0xDBFF) return code;
  if (sscanf(*at + 1, "\\u%4lx", &low) != 1 || low < 0xDC00 || low > 0xDFFF) return 0xFFFD;
  *at += 6;
  return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
}

char *json_text(json value) {
  value = spaces(value);
  json end = value && *value == '"' ? string_end(value) : NULL;
  /* Decoding never makes a text longer. */
  char *text = calloc(end ? (size_t)(end - value) : 1, 1);
  if (!end) return text;
  char *out = text;
  for (json at = value + 1; at < end - 1; at++) {
    if (*at != '\\') {
      *out++ = *at;
      continue;
    }
    switch (*++at) {
      case 'n': *out++ = '\n'; break;
      case 't': *out++ = '\t'; break;
      case 'r': *out++ = '\r'; break;
      case 'b': *out++ = '\b'; break;
      case 'f': *out++ = '\f'; break;
      case 'u': out = write_utf8(out, unicode_escape(&at)); break;
      default: *out++ = *at;
    }
  }
  return text;
}

char *json_quote(const char *text) {
  char *quoted = malloc(strlen(text) * 6 + 3), *out = quoted;
  *out++ = '"';
  for (; *text; text++) {
    unsigned char c = (unsigned char)*text;
    if (c == '"' || c == '\\') {
      *out++ = '\\';
      *out++ = (char)c;
    } else if (c < 0x20) {
      out += sprintf(out, "\\u%04x", c);
    } else {
      *out++ = (char)c;
    }
  }
  *out++ = '"';
  *out = '\0';
  return quoted;
}
