//! The schema of Cloudflare's Terraform provider, read from the type declarations that are published for it on npm.
//! Knows their form, which a generator wrote: an interface a block, a line a setting, and its name in Terraform in the comment before.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The settings of one block: of a resource, or of an object within one.
pub type Settings = BTreeMap<String, Setting>;

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Whether it has to be there.
    pub is_required: bool,
    /// What it may be.
    pub kind: Kind,
}

/// What a setting may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Flag,
    /// A list of such.
    List(Box<Kind>),
    /// An object with these settings.
    Object(Settings),
    /// Whatever one likes, such as the value of a zone's setting.
    Any,
}

/// One kind of resource.
#[derive(Clone, Debug)]
pub struct Resource {
    /// What may be set.
    pub settings: Settings,
    /// What can be read once it is there.
    pub attributes: Vec<String>,
}

/// All kinds of resources of a version of the provider.
#[derive(Debug)]
pub struct Provider {
    folder: PathBuf,
    /// The provider's version.
    pub version: String,
}

impl Provider {
    /// Reads what `npm ci` has put there.
    pub fn open(package: &Path) -> Provider {
        let path = package.join("package.json");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| {
            panic!("cannot read `{}`: {error}\nhint: `npm ci` in infra/, or `cargo xtask test --infra`", path.display())
        });
        let package_json: serde_json::Value = serde_json::from_str(&text).expect("package.json is JSON");
        let version = package_json["cdktf"]["provider"]["version"].as_str().expect("the package names its provider");
        Provider { folder: package.join("lib"), version: version.to_owned() }
    }

    /// The kind of resource with this name in Terraform, such as `cloudflare_zone`.
    pub fn resource(&self, name: &str) -> Option<Resource> {
        let folder = name.strip_prefix("cloudflare_")?.replace('_', "-");
        let text = fs::read_to_string(self.folder.join(folder).join("index.d.ts")).ok()?;
        let class = text.split_once("extends cdktf.TerraformResource {")?;
        let name = class.0.rsplit("export declare class ").next()?.trim();
        let settings = interface(&text, &format!("{name}Config"))?;
        let body = class.1.split("\n}").next()?;
        let attributes = body
            .lines()
            .filter_map(|line| line.trim().strip_prefix("get ")?.split_once("():"))
            .filter(|(name, _)| !name.ends_with("Input"))
            .map(|(name, _)| snake(name))
            .collect();
        Some(Resource { settings, attributes })
    }
}

/// The settings of an interface, and of those it refers to.
fn interface(text: &str, name: &str) -> Option<Settings> {
    let start = text.find(&format!("export interface {name} "))?;
    let body = text[start..].split_once("{\n")?.1.split("\n}").next()?;
    let mut settings = Settings::new();
    let mut documented = None;
    let mut lines = body.lines();
    while let Some(line) = lines.next() {
        let line = line.trim();
        // `* Docs at Terraform Registry: {@link https://…/docs/resources/zone#account Zone#account}`
        if let Some((_, rest)) = line.split_once("/docs/resources/") {
            documented = rest.split_once('#').and_then(|(_, rest)| rest.split(' ').next()).map(str::to_owned);
        }
        let Some(declared) = line.strip_prefix("readonly ") else { continue };
        let (property, kind) = declared.split_once(": ")?;
        let kind = if kind == "{" {
            // An object with any keys takes three lines.
            while lines.next().is_some_and(|line| !line.trim().starts_with('}')) {}
            Kind::Any
        } else {
            kind_of(text, kind.trim_end_matches(';'))
        };
        let is_required = !property.ends_with('?');
        let name = documented.take().unwrap_or_else(|| snake(property.trim_end_matches('?')));
        settings.insert(name, Setting { is_required, kind });
    }
    Some(settings)
}

fn kind_of(text: &str, declared: &str) -> Kind {
    let declared = declared.trim_end_matches(" | cdktf.IResolvable");
    match declared {
        "string" => Kind::Text,
        "number" => Kind::Number,
        "boolean" => Kind::Flag,
        list if list.ends_with("[]") => Kind::List(Box::new(kind_of(text, list.trim_end_matches("[]")))),
        name => interface(text, name).map_or(Kind::Any, Kind::Object),
    }
}

/// `minTlsVersion` as Terraform has it.
fn snake(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
export interface RouteConfig extends cdktf.TerraformMetaArguments {
    /**
    * Docs at Terraform Registry: {@link https://registry.example/docs/resources/route#zone_id Route#zone_id}
    */
    readonly zoneId: string;
    /**
    * Docs at Terraform Registry: {@link https://registry.example/docs/resources/route#rules Route#rules}
    */
    readonly rules?: RouteRules[] | cdktf.IResolvable;
    /**
    * Docs at Terraform Registry: {@link https://registry.example/docs/resources/route#value Route#value}
    */
    readonly value: {
        [key: string]: any;
    };
}
export interface RouteRules {
    /**
    * Docs at Terraform Registry: {@link https://registry.example/docs/resources/route#is_on Route#is_on}
    */
    readonly isOn?: boolean | cdktf.IResolvable;
}
";

    #[test]
    fn an_interface_reads_as_settings() {
        let settings = interface(TEXT, "RouteConfig").unwrap();
        assert_eq!(settings["zone_id"], Setting { is_required: true, kind: Kind::Text });
        assert_eq!(settings["value"], Setting { is_required: true, kind: Kind::Any });
        let is_on = Settings::from([("is_on".to_owned(), Setting { is_required: false, kind: Kind::Flag })]);
        let rules = Setting { is_required: false, kind: Kind::List(Box::new(Kind::Object(is_on))) };
        assert_eq!(settings["rules"], rules);
        assert_eq!(settings.len(), 3);
        assert_eq!(interface(TEXT, "Route"), None, "a name is the whole name");
    }
}
