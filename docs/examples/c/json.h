/* Just enough JSON to find values in a message and to write strings back. Text in, text out: nothing is built. */
#ifndef JSON_H
#define JSON_H

#include <stddef.h>

/* The first character of a value inside a JSON text; NULL means "not there" and may be passed on. */
typedef const char *json;

/* The value of `key` in an object. */
json json_get(json object, const char *key);
/* The last element of an array. */
json json_last(json array);
/* Past the end of a value; NULL when it is not complete. */
json json_end(json value);
/* Whether a value is a string with exactly this (plain) text. */
int json_is(json value, const char *text);
/* The decoded text of a string, to be freed; an empty one for anything else. */
char *json_text(json value);
/* A text as a JSON string with its quotes, to be freed. */
char *json_quote(const char *text);

#endif
