//! The refusal of a request by the policy of a bucket, by the rules of IAM: an explicit `Deny` whose action, resource and all conditions match.
//! Knows the operators that our policies use and fails on any other, so that none is passed over.

use serde_json::Value;

/// What S3 knows of a request.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// Such as `s3:PutObject`.
    pub action: &'a str,
    /// The ARN of the object or the bucket.
    pub resource: String,
    /// Condition keys that the request has, and their values.
    pub keys: Vec<(&'a str, &'a str)>,
}

/// The `Sid` of the statement that refuses the call, if one does.
pub fn refusal(policy: &Value, call: &Call<'_>) -> Option<String> {
    let statements = policy["Statement"].as_array().expect("a policy has statements");
    statements
        .iter()
        .filter(|statement| statement["Effect"] == "Deny" && is_for_everybody(&statement["Principal"]))
        .find(|statement| applies(statement, call))
        .map(|statement| statement["Sid"].as_str().unwrap_or_default().to_owned())
}

fn is_for_everybody(principal: &Value) -> bool {
    principal == "*" || texts(&principal["AWS"]).contains(&"*")
}

fn applies(statement: &Value, call: &Call<'_>) -> bool {
    let is_named = |patterns: &Value, text: &str| texts(patterns).iter().any(|pattern| matches(pattern, text));
    let resource = match (&statement["Resource"], &statement["NotResource"]) {
        (Value::Null, others) => !is_named(others, &call.resource),
        (resources, _) => is_named(resources, &call.resource),
    };
    is_named(&statement["Action"], call.action) && resource && conditions(&statement["Condition"], call)
}

/// Every operator and every key in it has to hold.
fn conditions(conditions: &Value, call: &Call<'_>) -> bool {
    let Some(operators) = conditions.as_object() else { return true };
    operators.iter().all(|(operator, keys)| {
        let keys = keys.as_object().unwrap_or_else(|| panic!("`{operator}` has no keys"));
        keys.iter().all(|(key, wanted)| {
            let found = call.keys.iter().find(|(name, _)| name == key).map(|(_, value)| *value);
            texts(wanted).iter().any(|wanted| holds(operator, found, wanted))
        })
    })
}

fn holds(operator: &str, found: Option<&str>, wanted: &str) -> bool {
    match (operator, found) {
        ("Null", found) => found.is_none() == (wanted == "true"),
        ("Bool" | "StringEquals", Some(found)) => found == wanted,
        ("NumericLessThan", Some(found)) => {
            let number = |text: &str| text.parse::<f64>().unwrap_or_else(|_| panic!("`{text}` is no number"));
            number(found) < number(wanted)
        }
        // A key that the request lacks meets no condition but `Null`.
        ("Bool" | "StringEquals" | "NumericLessThan", None) => false,
        _ => panic!("this check does not know the condition `{operator}`"),
    }
}

/// One text or a list of them.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// `*` stands for any number of characters.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => {
            let Some(after) = text.strip_prefix(start) else { return false };
            (0..=after.len()).filter(|at| after.is_char_boundary(*at)).any(|at| matches(rest, &after[at..]))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        #[track_caller]
        fn check(pattern: &str, text: &str, expect: bool) {
            assert_eq!(matches(pattern, text), expect, "{pattern} {text}");
        }
        check("s3:*", "s3:PutObject", true);
        check("s3:Get*", "s3:PutObject", false);
        check("arn:aws:s3:::shop/*", "arn:aws:s3:::shop/products/1.0.0/a.js", true);
        check("arn:aws:s3:::shop/*", "arn:aws:s3:::shop", false);
        check("arn:aws:s3:::*/x", "arn:aws:s3:::shop/y/x", true);
        check("arn:aws:s3:::shop", "arn:aws:s3:::shop", true);
    }

    #[test]
    fn every_condition_has_to_hold() {
        let policy = json!({ "Statement": [{
            "Sid": "Blind", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "x",
            "Condition": { "Null": { "a": "true", "b": "true" } },
        }] });
        let call =
            |keys: Vec<(&'static str, &'static str)>| Call { action: "s3:PutObject", resource: "x".into(), keys };
        assert_eq!(refusal(&policy, &call(vec![])), Some("Blind".into()));
        assert_eq!(refusal(&policy, &call(vec![("a", "1")])), None);
        assert_eq!(refusal(&policy, &call(vec![("b", "1")])), None);
    }

    #[test]
    #[should_panic(expected = "does not know the condition `StringLike`")]
    fn an_operator_it_does_not_know_is_said() {
        let policy = json!({ "Statement": [{
            "Effect": "Deny", "Principal": { "AWS": "*" }, "Action": ["s3:*"], "NotResource": "y",
            "Condition": { "StringLike": { "a": "b*" } },
        }] });
        refusal(&policy, &Call { action: "s3:PutObject", resource: "x".into(), keys: vec![("a", "b")] });
    }
}
