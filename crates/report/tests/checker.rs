//! Holds documents against their JSON schemas.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]
#![allow(dead_code, reason = "not every test program needs all of it")]

use serde_json::Value;

/// The part of JSON Schema that our documents use. Keywords it does not know stop the test, so that none goes
/// unchecked; so do keys of a report that the schema does not describe.
pub(crate) struct Checker {
    root: Value,
}

impl Checker {
    pub(crate) fn of(schema: &str) -> Self {
        Checker { root: serde_json::from_str(schema).unwrap() }
    }

    pub(crate) fn document(&self, value: &Value) -> Result<(), String> {
        self.check(&self.root, value, "$")
    }

    pub(crate) fn line(&self, value: &Value) -> Result<(), String> {
        self.check(&self.root["$defs"]["line"], value, "$")
    }

    fn check(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        for (keyword, rule) in schema.as_object().unwrap() {
            let holds = match keyword.as_str() {
                "$schema" | "$defs" | "title" | "description" => true,
                "$ref" => return self.check(self.resolve(rule), value, at),
                "allOf" => {
                    rule.as_array().unwrap().iter().try_for_each(|part| self.check(part, value, at))?;
                    true
                }
                "type" => match rule {
                    Value::Array(kinds) => kinds.iter().any(|kind| is_a(kind, value)),
                    kind => is_a(kind, value),
                },
                "const" => value == rule,
                "enum" => rule.as_array().unwrap().contains(value),
                "minimum" | "maximum" if value.is_null() => true,
                "minimum" => value.as_f64() >= rule.as_f64(),
                "maximum" => value.as_f64() <= rule.as_f64(),
                // What may be null has a type that says so.
                "minItems" | "maxItems" if value.is_null() => true,
                "minItems" => value.as_array().map(Vec::len) >= rule.as_u64().map(|n| n as usize),
                "maxItems" => value.as_array().map(Vec::len) <= rule.as_u64().map(|n| n as usize),
                // Of what is no object nothing is required; its type is another rule's concern.
                "required" if !value.is_object() => true,
                "required" => {
                    rule.as_array().unwrap().iter().all(|key| value.get(key.as_str().unwrap()).is_some())
                }
                "properties" => {
                    for (key, rule) in rule.as_object().unwrap() {
                        value
                            .get(key)
                            .map_or(Ok(()), |value| self.check(rule, value, &format!("{at}.{key}")))?;
                    }
                    true
                }
                "items" => {
                    for (place, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(rule, item, &format!("{at}[{place}]"))?;
                    }
                    true
                }
                unknown => panic!("the checker does not know {unknown:?}"),
            };
            if !holds {
                return Err(format!("{at}: {keyword} {rule} does not hold of {value}"));
            }
        }
        self.undescribed(schema, value, at)
    }

    fn undescribed(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let (Some(object), Some(_)) = (value.as_object(), schema.get("properties")) else { return Ok(()) };
        let is_line = object.contains_key("schema") && object.contains_key("path");
        let described = |key: &String| {
            schema["properties"].get(key).is_some()
                || is_line
                    && ["file", "line"]
                        .iter()
                        .any(|part| self.root["$defs"][part]["properties"].get(key).is_some())
        };
        match object.keys().find(|key| !described(key)) {
            Some(key) => Err(format!("{at}: {key:?} is not described")),
            None => Ok(()),
        }
    }

    fn resolve(&self, reference: &Value) -> &Value {
        self.root.pointer(reference.as_str().unwrap().trim_start_matches('#')).unwrap()
    }
}

fn is_a(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("the checker does not know the type {other:?}"),
    }
}
