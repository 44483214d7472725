//! A folder of Terraform files as blocks and expressions, and the parts of it that a provider's schema forbids.
//! Evaluates nothing: a value that is not written out counts as right.

use std::fs;
use std::path::Path;

use hcl::structure::{Block, Body};
use hcl::{Expression, ObjectKey};

use crate::schema::{Kind, Provider, Settings};

/// What every resource may have besides its own settings.
const META_ARGUMENTS: [&str; 6] = ["count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"];

/// A folder of Terraform files.
#[derive(Debug)]
pub struct Configuration {
    /// All blocks of all files.
    pub blocks: Vec<Block>,
}

impl Configuration {
    /// Reads every `.tf` file in a folder.
    pub fn read(folder: &Path) -> Configuration {
        let entries =
            fs::read_dir(folder).unwrap_or_else(|error| panic!("cannot read `{}`: {error}", folder.display()));
        let mut files: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
        files.sort();
        let mut blocks = Vec::new();
        for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "tf")) {
            let text = fs::read_to_string(file).expect("a Terraform file is text");
            let body: Body = hcl::parse(&text).unwrap_or_else(|error| panic!("`{}`: {error}", file.display()));
            blocks.extend(body.into_blocks());
        }
        Configuration { blocks }
    }

    /// The blocks of a kind.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| block.identifier() == kind)
    }

    /// The names that a kind of block declares, such as the variables.
    pub fn names(&self, kind: &str) -> Vec<String> {
        self.of_kind(kind).filter_map(|block| block.labels().last()).map(|label| label.as_str().to_owned()).collect()
    }

    /// What of its resources the provider does not know, or misses.
    pub fn findings(&self, provider: &Provider) -> Vec<String> {
        let mut findings = Vec::new();
        for block in self.of_kind("resource") {
            let [kind, name] = block.labels() else {
                findings.push("a resource has a kind and a name".to_owned());
                continue;
            };
            let place = format!("{}.{}", kind.as_str(), name.as_str());
            match provider.resource(kind.as_str()) {
                None => findings.push(format!("`{place}`: the provider has no `{}`", kind.as_str())),
                Some(resource) => check_body(&place, block.body(), &resource.settings, &mut findings),
            }
        }
        findings
    }
}

fn check_body(place: &str, body: &Body, settings: &Settings, findings: &mut Vec<String>) {
    let mut seen = Vec::new();
    for attribute in body.attributes() {
        let name = attribute.key();
        if META_ARGUMENTS.contains(&name) {
            continue;
        }
        seen.push(name.to_owned());
        match settings.get(name) {
            None => findings.push(format!("`{place}` has no setting `{name}`")),
            Some(setting) => check(&format!("{place}.{name}"), attribute.expr(), &setting.kind, findings),
        }
    }
    for block in body.blocks().filter(|block| !META_ARGUMENTS.contains(&block.identifier())) {
        // In version 5 of the provider every nested part is a value.
        findings.push(format!("`{place}` has `{0}` as a block; it is set with `{0} = …`", block.identifier()));
    }
    missing(place, settings, &seen, findings);
}

fn missing(place: &str, settings: &Settings, seen: &[String], findings: &mut Vec<String>) {
    for (name, _) in settings.iter().filter(|(name, setting)| setting.is_required && !seen.contains(name)) {
        findings.push(format!("`{place}` lacks the setting `{name}`"));
    }
}

fn check(place: &str, value: &Expression, kind: &Kind, findings: &mut Vec<String>) {
    // Lists that are put together, and values that depend on a variable: each part has to be right.
    match value {
        Expression::FuncCall(call) if call.name.name.as_str() == "concat" => {
            return call.args.iter().for_each(|part| check(place, part, kind, findings));
        }
        Expression::Conditional(choice) => {
            check(place, &choice.true_expr, kind, findings);
            return check(place, &choice.false_expr, kind, findings);
        }
        _ => {}
    }
    let mut wrong = |wanted: &str| findings.push(format!("`{place}` is to be {wanted}"));
    match (kind, value) {
        (Kind::Text, Expression::Number(_) | Expression::Bool(_) | Expression::Array(_) | Expression::Object(_)) => {
            wrong("a text");
        }
        (Kind::Number, Expression::String(_) | Expression::Bool(_) | Expression::Array(_) | Expression::Object(_)) => {
            wrong("a number");
        }
        (Kind::Flag, Expression::String(_) | Expression::Number(_) | Expression::Array(_) | Expression::Object(_)) => {
            wrong("true or false");
        }
        (
            Kind::List(_),
            Expression::String(_) | Expression::Number(_) | Expression::Bool(_) | Expression::Object(_),
        ) => {
            wrong("a list");
        }
        (
            Kind::Object(_),
            Expression::String(_) | Expression::Number(_) | Expression::Bool(_) | Expression::Array(_),
        ) => {
            wrong("an object");
        }
        (Kind::List(inner), Expression::Array(values)) => {
            for (number, value) in values.iter().enumerate() {
                check(&format!("{place}[{number}]"), value, inner, findings);
            }
        }
        (Kind::Object(settings), Expression::Object(object)) => {
            let mut seen = Vec::new();
            for (key, value) in object {
                let ObjectKey::Identifier(name) = key else {
                    findings.push(format!("`{place}` has a key that is no name"));
                    continue;
                };
                seen.push(name.as_str().to_owned());
                match settings.get(name.as_str()) {
                    None => findings.push(format!("`{place}` has no setting `{name}`")),
                    Some(setting) => check(&format!("{place}.{name}"), value, &setting.kind, findings),
                }
            }
            missing(place, settings, &seen, findings);
        }
        _ => {}
    }
}
