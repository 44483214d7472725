//! The things that an expression refers to: variables, locals, resources, modules and their outputs. Each must exist.
//! Reads the text of the references, not the use of their values.

use std::fmt::Write as _;
use std::path::Path;

use hcl::structure::Block;

use crate::configuration::Configuration;
use crate::schema::Provider;

/// What is referred to and is not there.
pub fn findings(configuration: &Configuration, folder: &Path, provider: &Provider) -> Vec<String> {
    let mut findings = Vec::new();
    let variables = configuration.names("variable");
    let locals: Vec<String> = configuration
        .of_kind("locals")
        .flat_map(|block| block.body().attributes())
        .map(|attribute| attribute.key().to_owned())
        .collect();
    let mut text = String::new();
    for block in &configuration.blocks {
        let _ = write!(text, "{}", hcl::format::to_string(block).expect("a block that was read can be written"));
    }
    for path in paths(&text) {
        let parts: Vec<&str> = path.split('.').collect();
        let known = match parts.as_slice() {
            ["var", name, ..] => variables.iter().any(|variable| variable == name),
            ["local", name, ..] => locals.iter().any(|local| local == name),
            ["module", name, output, ..] => module(configuration, folder, name)
                .is_some_and(|module| module.names("output").iter().any(|found| found == output)),
            [kind, name, attribute, ..] if kind.starts_with("cloudflare_") => {
                let is_declared = configuration.of_kind("resource").any(|block| {
                    matches!(block.labels(), [found, label] if found.as_str() == *kind && label.as_str() == *name)
                });
                let resource = provider.resource(kind);
                is_declared
                    && resource.is_some_and(|resource| {
                        resource.settings.contains_key(*attribute)
                            || resource.attributes.iter().any(|found| found == attribute)
                    })
            }
            _ => true,
        };
        if !known {
            findings.push(format!("`{path}` is not there"));
        }
    }
    for call in configuration.of_kind("module") {
        findings.extend(inputs(configuration, folder, call));
    }
    findings
}

/// Whether a call of a module gives it what it asks for, and nothing else.
fn inputs(configuration: &Configuration, folder: &Path, call: &Block) -> Vec<String> {
    let name = call.labels().last().map(hcl::structure::BlockLabel::as_str).unwrap_or_default();
    let Some(module) = module(configuration, folder, name) else {
        return vec![format!("module `{name}` has no source")];
    };
    let given: Vec<&str> = call.body().attributes().map(hcl::structure::Attribute::key).collect();
    let mut findings = Vec::new();
    for variable in module.of_kind("variable") {
        let variable_name = variable.labels().last().map(hcl::structure::BlockLabel::as_str).unwrap_or_default();
        let has_default = variable.body().attributes().any(|attribute| attribute.key() == "default");
        if !has_default && !given.contains(&variable_name) {
            findings.push(format!("module `{name}` is not given `{variable_name}`"));
        }
    }
    let known = module.names("variable");
    for extra in
        given.iter().filter(|given| !["source", "count", "for_each", "depends_on", "providers"].contains(given))
    {
        if !known.iter().any(|known| known == extra) {
            findings.push(format!("module `{name}` takes no `{extra}`"));
        }
    }
    findings
}

fn module(configuration: &Configuration, folder: &Path, name: &str) -> Option<Configuration> {
    let call = configuration
        .of_kind("module")
        .find(|block| block.labels().last().is_some_and(|label| label.as_str() == name))?;
    let source = call.body().attributes().find(|attribute| attribute.key() == "source")?;
    let hcl::Expression::String(source) = source.expr() else { return None };
    Some(Configuration::read(&folder.join(source)))
}

/// Dotted names in expressions. Those in texts count as well where they stand in `${…}`, which the formatter leaves as they are.
fn paths(text: &str) -> Vec<String> {
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    let mut found: Vec<String> = text
        .split(|letter: char| !is_of_name(letter))
        .filter(|word| {
            ["var.", "local.", "module.", "cloudflare_"].iter().any(|start| word.starts_with(start))
                && word.split('.').count() > 1
        })
        .map(|word| word.trim_end_matches('.').to_owned())
        .collect();
    found.sort();
    found.dedup();
    found
}
