//! The API's description against what the API does: every reply of the corpus has a described shape, every limit is enforced
//! where it is described, and nothing is described that is not there.

mod ids;

use std::collections::BTreeSet;

use catalog::api::{OPENAPI, PROBLEMS};
use catalog::{Query, Sort};
use regex::Regex;
use serde_json::{Map, Value};
use web::{Method, check_address};

use crate::corpus::lines;
use crate::get;

struct Description(Value);

impl Description {
    fn read() -> Description {
        Description(serde_json::from_str(OPENAPI).expect("the description is JSON"))
    }

    /// Follows `$ref` to what it names.
    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.resolve(
                self.0
                    .pointer(reference.strip_prefix('#').unwrap())
                    .unwrap_or_else(|| panic!("{reference} names nothing")),
            ),
            None => value,
        }
    }

    /// The operation of a method at a path, with the parameters of the path.
    fn operation(&self, method: Method, path: &str) -> Option<&Value> {
        let template = match path.strip_prefix("/api/products/") {
            Some("categories" | "suggest") | None => path,
            Some(id) if !id.is_empty() && !id.contains('/') => "/api/products/{id}",
            Some(_) => return None,
        };
        let method = match method {
            Method::Get => "get",
            Method::Head => "head",
            Method::Options => "options",
            _ => return None,
        };
        self.0["paths"].get(template)?.get(method)
    }

    /// Everything in which a value differs from a schema. Knows the keywords that the description uses and refuses any other.
    fn differences(&self, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        let schema = self.resolve(schema).as_object().expect("a schema is an object");
        let length = value.as_str().map(|text| text.chars().count());
        for (keyword, rule) in schema {
            let is_kept = match keyword.as_str() {
                "description" | "format" | "required" | "additionalProperties" | "default" => true,
                "type" => is_of_type(value, rule.as_str().expect("one type")),
                "const" => value == rule,
                "enum" => list(rule).contains(value),
                "pattern" => value.as_str().is_none_or(|text| is_match(rule.as_str().unwrap(), text)),
                "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
                "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
                "multipleOf" => value.as_f64().is_none_or(|number| is_multiple(number, rule.as_f64().unwrap())),
                "minLength" => length.is_none_or(|length| length >= count(rule)),
                "maxLength" => length.is_none_or(|length| length <= count(rule)),
                "maxItems" => value.as_array().is_none_or(|items| items.len() <= count(rule)),
                "uniqueItems" => {
                    let texts: Vec<String> = value.as_array().into_iter().flatten().map(Value::to_string).collect();
                    texts.iter().collect::<BTreeSet<_>>().len() == texts.len()
                }
                "not" => self.is_different(rule, value),
                "oneOf" => list(rule).iter().filter(|one| !self.is_different(one, value)).count() == 1,
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.differences(rule, item, &format!("{at}/{index}"), found);
                    }
                    true
                }
                "properties" => {
                    self.compare_properties(schema, value, at, found);
                    true
                }
                _ => panic!("{at}: the keyword `{keyword}` is not known to this test"),
            };
            if !is_kept {
                found.push(format!("{at}: {value} breaks {keyword} {rule}"));
            }
        }
    }

    fn compare_properties(&self, schema: &Map<String, Value>, value: &Value, at: &str, found: &mut Vec<String>) {
        let (Some(object), Some(properties)) = (value.as_object(), schema["properties"].as_object()) else {
            return;
        };
        assert_eq!(schema.get("additionalProperties"), Some(&Value::Bool(false)), "{at}");
        for name in list(&schema["required"]) {
            if !object.contains_key(name.as_str().unwrap()) {
                found.push(format!("{at}: {name} is missing"));
            }
        }
        for (name, value) in object {
            match properties.get(name) {
                Some(property) => self.differences(property, value, &format!("{at}/{name}"), found),
                None => found.push(format!("{at}: {name} is not described")),
            }
        }
    }

    fn is_different(&self, schema: &Value, value: &Value) -> bool {
        let mut found = Vec::new();
        self.differences(schema, value, "", &mut found);
        !found.is_empty()
    }

    #[track_caller]
    fn check(&self, schema: &Value, value: &Value, what: &str) {
        let mut found = Vec::new();
        self.differences(schema, value, "", &mut found);
        assert_eq!(found, [""; 0], "{what}");
    }
}

/// Whether a pattern of the description matches. JSON Schema's patterns are JavaScript's, which may look ahead; `regex` may not, so
/// `^(?!…)` is taken apart.
fn is_match(pattern: &str, text: &str) -> bool {
    let is_match = |pattern: &str| Regex::new(pattern).unwrap().is_match(text);
    let Some(rest) = pattern.strip_prefix("^(?!") else { return is_match(pattern) };
    let mut depth = 1;
    let end = rest.find(|letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        depth == 0
    });
    let (never, rest) = rest.split_at(end.expect("the look ahead ends"));
    !is_match(&format!("^(?:{never})")) && is_match(&format!("^{}", &rest[1..]))
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => panic!("the type `{name}` is not known to this test"),
    }
}

fn is_multiple(number: f64, step: f64) -> bool {
    let quotient = number / step;
    (quotient - quotient.round()).abs() < 1e-4
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).expect("a list")
}

fn count(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

#[test]
fn every_reply_is_described() {
    let description = Description::read();
    let components = &description.0["components"]["responses"];
    for line in lines() {
        let (request, reply) = (line.request(), line.answer());
        let what = format!("{} {}", line.method, line.target);
        let status = reply.status.to_string();
        let operation = description.operation(request.method, request.path);
        let response = match (operation, reply.status) {
            (Some(operation), _) => {
                let response = operation["responses"].get(&status);
                description.resolve(response.unwrap_or_else(|| panic!("{what}: {status} is not described")))
            }
            // What has no operation has no list of its answers either; three kinds of refusal are all there are.
            (None, 400) if check_address(request.path, request.query).is_err() => &components["AddressRefused"],
            (None, 414) if check_address(request.path, request.query).is_err() => &components["AddressTooLong"],
            (None, 404) => &components["NotFound"],
            (None, 405) => &components["MethodNotAllowed"],
            (None, _) => panic!("{what}: {status} at a path that is not described"),
        };
        let described = response["headers"].as_object().expect("header fields are described");
        for (name, value) in reply.headers() {
            if name == "content-type" && response.get("content").is_some() || name == "access-control-expose-headers" {
                continue;
            }
            let found = described.iter().find(|(field, _)| field.eq_ignore_ascii_case(name));
            let (_, header) =
                found.unwrap_or_else(|| panic!("{what}: the field {name} of a {status} is not described"));
            description.check(&description.resolve(header)["schema"], &Value::from(value.as_ref()), &what);
        }
        for (name, header) in described {
            let is_there = reply.headers().any(|(field, _)| field.eq_ignore_ascii_case(name));
            let is_required = description.resolve(header)["required"] == true;
            assert!(is_there || !is_required, "{what}: {name} is missing");
        }
        match (reply.content_type.as_deref(), response.get("content")) {
            (Some(content_type), Some(content)) if request.method != Method::Head => {
                let schema = &content.get(content_type).unwrap_or_else(|| panic!("{what}: {content_type}"))["schema"];
                if request.path != "/api/openapi.json" || reply.status != 200 {
                    description.check(schema, &crate::json(&reply), &what);
                }
            }
            (content_type, content) => {
                assert!(request.method == Method::Head || content_type.is_none() && content.is_none(), "{what}");
            }
        }
    }
}

#[test]
fn examples_keep_their_schemas() {
    fn visit(description: &Description, value: &Value, examples: &mut usize) {
        if let Some(schema) = value.get("schema") {
            let several = value.get("examples").and_then(Value::as_object).into_iter().flatten();
            let several = several.map(|(_, example)| &example["value"]);
            for example in value.get("example").into_iter().chain(several) {
                description.check(schema, example, &example.to_string());
                *examples += 1;
            }
        }
        match value {
            Value::Object(members) => members.values().for_each(|member| visit(description, member, examples)),
            Value::Array(items) => items.iter().for_each(|item| visit(description, item, examples)),
            _ => {}
        }
    }
    let description = Description::read();
    let mut examples = 0;
    visit(&description, &description.0, &mut examples);
    assert!(examples > 20);
}

/// Values that a parameter's schema allows and values that it refuses, at its limits and just past them.
fn probes(description: &Description, schema: &Value) -> (Vec<String>, Vec<String>) {
    let schema = description.resolve(schema);
    let texts = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    if let Some(words) = schema.get("enum") {
        let words = list(words).iter().map(|word| word.as_str().unwrap().to_owned()).collect();
        return (words, texts(&["nothing", "NAME", "name "]));
    }
    match schema["type"].as_str().unwrap() {
        "array" => probes(description, &schema["items"]),
        "boolean" => (texts(&["true", "false"]), texts(&["1", "yes", "TRUE", "null"])),
        "integer" => {
            let (minimum, maximum) = (schema["minimum"].as_u64().unwrap(), schema["maximum"].as_u64().unwrap());
            let allowed = [minimum, minimum + 1, maximum - 1, maximum];
            let refused = [minimum - 1, maximum + 1]
                .map(|number| number.to_string())
                .into_iter()
                .chain(texts(&["1.5", "-1", "x"]));
            (allowed.map(|number| number.to_string()).to_vec(), refused.collect())
        }
        "number" if schema["maximum"] == 5 => {
            (texts(&["0", "0.01", "4.5", "5"]), texts(&["-0.01", "0.001", "5.01", "10", "x"]))
        }
        "number" => {
            assert_eq!(
                (&schema["minimum"], &schema["maximum"], &schema["multipleOf"]),
                (&0.into(), &9_999_999.99.into(), &0.01.into())
            );
            (texts(&["0", "0.01", "9999999.99"]), texts(&["-0.01", "0.001", "10000000", "9999999.991", "1e2", "x"]))
        }
        "string" => {
            let maximum = count(&schema["maxLength"]);
            (vec!["é".to_owned(), "é".repeat(maximum)], vec!["é".repeat(maximum + 1)])
        }
        other => panic!("a parameter of type {other}"),
    }
}

#[test]
fn every_parameter_has_the_limits_that_are_described() {
    let description = Description::read();
    let mut names = BTreeSet::new();
    for path in ["/api/products", "/api/products/suggest"] {
        let parameters = list(&description.0["paths"][path]["get"]["parameters"]);
        for parameter in parameters.iter().map(|parameter| description.resolve(parameter)) {
            if parameter["in"] != "query" {
                continue;
            }
            let name = parameter["name"].as_str().unwrap();
            names.insert(name);
            let (allowed, refused) = probes(&description, &parameter["schema"]);
            for (values, status) in [(allowed, 200), (refused, 400)] {
                for value in values {
                    let target = format!("{path}?{name}={value}");
                    let reply = get(&target);
                    assert_eq!(reply.status, status, "{target}");
                    if status == 400 {
                        assert_eq!(crate::json(&reply)["parameter"], name, "{target}");
                    }
                }
            }
        }
    }
    let described: Vec<&str> =
        list(&description.0["components"]["schemas"]["Problem"]["properties"]["parameter"]["enum"])
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
    assert_eq!(described.into_iter().collect::<BTreeSet<_>>(), names);
}

#[test]
fn words_and_defaults_are_those_of_the_code() {
    let description = Description::read();
    let parameters = &description.0["components"]["parameters"];
    let sorts: Vec<&str> = Sort::ALL.into_iter().map(Sort::as_str).collect();
    assert_eq!(parameters["Sort"]["schema"]["enum"], Value::from(sorts));
    assert_eq!(parameters["PageSize"]["schema"]["default"], Query::DEFAULT_PAGE_SIZE);
    assert_eq!(parameters["Page"]["schema"]["default"], Query::default().page);
    let problem = &description.0["components"]["schemas"]["Problem"]["properties"];
    let kinds: Vec<&str> = PROBLEMS.into_iter().map(|kind| kind.facts().0).collect();
    let titles: Vec<&str> = PROBLEMS.into_iter().map(|kind| kind.facts().1).collect();
    assert_eq!(problem["type"]["enum"], Value::from(kinds));
    assert_eq!(problem["title"]["enum"], Value::from(titles));
    for kind in PROBLEMS {
        assert!(list(&problem["status"]["enum"]).contains(&kind.facts().2.into()));
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_named() {
    fn visit<'a>(description: &Description, value: &'a Value, references: &mut BTreeSet<&'a str>) {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            description.resolve(value);
            references.insert(reference);
        }
        match value {
            Value::Object(members) => members.values().for_each(|member| visit(description, member, references)),
            Value::Array(items) => items.iter().for_each(|item| visit(description, item, references)),
            _ => {}
        }
    }
    let description = Description::read();
    let mut references = BTreeSet::new();
    visit(&description, &description.0, &mut references);
    for (kind, components) in description.0["components"].as_object().unwrap() {
        for name in components.as_object().unwrap().keys() {
            // These answer requests that have no operation to be named by.
            let is_free = matches!(name.as_str(), "NotFound" | "MethodNotAllowed");
            assert!(is_free || references.contains(format!("#/components/{kind}/{name}").as_str()), "{kind}/{name}");
        }
    }
}
