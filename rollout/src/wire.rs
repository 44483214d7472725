//! The JSON form of a release. Its outer part is the discovery document of the micro-frontend working group (`schema`,
//! `microFrontends` with `url`, `fallbackUrl`, `metadata`, `deployment`, `extras`; see <https://github.com/awslabs/frontend-discovery>);
//! what that document has no place for stands beside it under `release`. One release has one text: fields in a fixed order,
//! no spaces, and what follows from the rest must be what follows from it.

use std::collections::BTreeMap;

use crate::history::{Action, Author, Entry, HISTORY_LIMIT};
use crate::json::{Object, Value, Writer};
use crate::path;
use crate::release::{
    EARLIER_LIMIT, RELEASE_LIMIT, RELEASE_SCHEMA, Registration, ReleaseError, SERIAL_LIMIT, VERSIONS_LIMIT,
};
use crate::{Canary, FileName, Integrity, Lock, Message, Release, RemoteName, Salt, Share, Steps, Timestamp, Version};

/// Names the outer document's own schema.
const DISCOVERY_SCHEMA: &str = "https://mfewg.org/schema/v1-pre.json";

/// A document, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The bytes, at most [`RELEASE_LIMIT`].
    pub bytes: Vec<u8>,
    /// The entries that no longer have a place in it, the oldest first. They are kept beside it, written before it.
    pub archived: Vec<Entry>,
}

#[derive(Debug, PartialEq)]
struct Outer {
    schema: String,
    remote: RemoteName,
    listed: Vec<MicroFrontend>,
    release: Inner,
}

#[derive(Debug, PartialEq)]
struct MicroFrontend {
    url: String,
    fallback_url: Option<String>,
    metadata: Metadata,
    deployment: Deployment,
    extras: Extras,
}

#[derive(Debug, PartialEq)]
struct Metadata {
    integrity: Integrity,
    version: Version,
}

#[derive(Debug, PartialEq)]
struct Deployment {
    traffic: Share,
    default: bool,
}

#[derive(Debug, PartialEq)]
struct Extras {
    contract: u32,
    manifest: Integrity,
    registered: Timestamp,
    deprecated: Option<Message>,
}

#[derive(Debug, PartialEq)]
struct Inner {
    schema: u32,
    serial: u64,
    salt: Salt,
    canary: Option<Version>,
    earlier: Vec<Version>,
    steps: Steps,
    lock: Option<Lock>,
    history: Vec<Entry>,
}

impl Release {
    /// Reads the document of a remote and checks all of it.
    pub fn parse(remote: &RemoteName, text: &[u8]) -> Result<Self, ReleaseError> {
        if text.len() > RELEASE_LIMIT {
            return Err(ReleaseError::Size(text.len()));
        }
        let outer = read(remote, text)?;
        let listed = &outer.listed;
        let inner = &outer.release;
        if !(1..=SERIAL_LIMIT).contains(&inner.serial) {
            return Err(ReleaseError::Serial(inner.serial));
        }
        if listed.is_empty() || listed.len() > VERSIONS_LIMIT {
            return Err(ReleaseError::Versions("there are none, or more than a release may know"));
        }
        let mut versions = BTreeMap::new();
        for listing in listed {
            let registration = registration(remote, listing).ok_or(ReleaseError::Inconsistent)?;
            if versions.insert(listing.metadata.version.clone(), registration).is_some() {
                return Err(ReleaseError::Versions("one stands there twice"));
            }
        }
        let mut defaults = listed.iter().filter(|listing| listing.deployment.default);
        let (Some(stable), None) = (defaults.next(), defaults.next()) else {
            return Err(ReleaseError::Versions("exactly one is the default"));
        };
        let canary = inner.canary.as_ref().map(|version| {
            let listing = listed.iter().find(|listing| listing.metadata.version == *version);
            listing.map(|listing| Canary { version: version.clone(), share: listing.deployment.traffic })
        });
        let canary = match canary {
            Some(None) => return Err(ReleaseError::Versions("the canary is not among them")),
            Some(Some(canary)) if canary.version == stable.metadata.version => {
                return Err(ReleaseError::Versions("the canary is the stable version"));
            }
            Some(Some(canary)) => Some(canary),
            None => None,
        };
        let is_earlier = |(position, version): (usize, &Version)| {
            versions.contains_key(version)
                && *version != stable.metadata.version
                && !inner.earlier.iter().take(position).any(|before| before == version)
        };
        if inner.earlier.len() > EARLIER_LIMIT || !inner.earlier.iter().enumerate().all(is_earlier) {
            return Err(ReleaseError::Versions("those before the stable one are not among them"));
        }
        let release = Self {
            remote: remote.clone(),
            serial: inner.serial,
            salt: inner.salt.clone(),
            stable: stable.metadata.version.clone(),
            canary,
            earlier: inner.earlier.clone(),
            steps: inner.steps.clone(),
            lock: inner.lock.clone(),
            versions,
            history: inner.history.clone(),
        };
        if !release.history_leads_here() {
            return Err(ReleaseError::History);
        }
        // Traffic and addresses follow from the rest: whoever reads only the outer document must read the same.
        if release.outer() == outer { Ok(release) } else { Err(ReleaseError::Inconsistent) }
    }

    /// The document to be written, and the entries of the history that have no place in it any more: at most
    /// [`HISTORY_LIMIT`] stay, and fewer when the document would exceed [`RELEASE_LIMIT`].
    pub fn to_document(&self) -> Result<Document, ReleaseError> {
        let mut outer = self.outer();
        let spare = outer.release.history.len().saturating_sub(HISTORY_LIMIT);
        let mut archived: Vec<Entry> = outer.release.history.drain(..spare).collect();
        loop {
            let mut bytes = Writer::document(|fields| outer.write(fields)).into_bytes();
            bytes.push(b'\n');
            if bytes.len() <= RELEASE_LIMIT {
                return Ok(Document { bytes, archived });
            }
            // The newest entry says how the present state came to be, so it stays.
            if outer.release.history.len() < 2 {
                return Err(ReleaseError::Size(bytes.len()));
            }
            archived.push(outer.release.history.remove(0));
        }
    }

    fn history_leads_here(&self) -> bool {
        let grows = self.history.is_sorted_by(|before, after| before.serial < after.serial);
        let tells = self.history.last().is_some_and(|last| {
            last.serial == self.serial
                && last.stable == self.stable
                && last.canary.as_ref() == self.canary.as_ref().map(|canary| &canary.version)
                && last.share == self.canary.as_ref().map(|canary| canary.share)
        });
        grows && tells
    }

    fn outer(&self) -> Outer {
        let address = |version: &Version| {
            self.versions.get(version).map(|known| path::public_file(&self.remote, version, &known.entry))
        };
        let listed = self.versions.iter().map(|(version, known)| {
            let is_stable = *version == self.stable;
            let retreat = if is_stable { self.fallback() } else { Some(&self.stable) };
            MicroFrontend {
                url: path::public_file(&self.remote, version, &known.entry),
                fallback_url: retreat.filter(|retreat| *retreat != version).and_then(address),
                metadata: Metadata { integrity: known.integrity.clone(), version: version.clone() },
                deployment: Deployment { traffic: self.traffic(version), default: is_stable },
                extras: Extras {
                    contract: known.contract,
                    manifest: known.manifest.clone(),
                    registered: known.registered.clone(),
                    deprecated: known.deprecated.clone(),
                },
            }
        });
        Outer {
            schema: DISCOVERY_SCHEMA.to_owned(),
            remote: self.remote.clone(),
            listed: listed.collect(),
            release: Inner {
                schema: RELEASE_SCHEMA,
                serial: self.serial,
                salt: self.salt.clone(),
                canary: self.canary.as_ref().map(|canary| canary.version.clone()),
                earlier: self.earlier.clone(),
                steps: self.steps.clone(),
                lock: self.lock.clone(),
                history: self.history.clone(),
            },
        }
    }
}

/// The document's structure, of the schema that this crate knows.
fn read(remote: &RemoteName, text: &[u8]) -> Result<Outer, ReleaseError> {
    let mut fields = Object::read(text).map_err(ReleaseError::Syntax)?;
    let mut inner = fields.take("release").and_then(Value::object).map_err(ReleaseError::Syntax)?;
    // Another schema has other fields, so its number says more than the first field that is not known.
    let schema = inner.take("schema").and_then(Value::u32).map_err(ReleaseError::Syntax)?;
    if schema != RELEASE_SCHEMA {
        return Err(ReleaseError::Schema(schema));
    }
    let read = || {
        let remotes = fields.take("microFrontends")?.entries(|name, listed| {
            Ok((
                listed.accept(name, RemoteName::new)?,
                listed.list()?.map(MicroFrontend::read).collect::<Result<_, _>>()?,
            ))
        })?;
        let outer = (fields.take("schema")?.string()?, remotes, Inner::read(schema, inner)?);
        fields.end()?;
        Ok(outer)
    };
    let (schema, mut remotes, release) = read().map_err(ReleaseError::Syntax)?;
    let (Some((found, listed)), true) = (remotes.pop(), remotes.is_empty()) else {
        return Err(ReleaseError::Versions("it is of one remote, and of no more"));
    };
    if found != *remote {
        return Err(ReleaseError::Remote { found: found.to_string(), expected: remote.clone() });
    }
    Ok(Outer { schema, remote: found, listed, release })
}

impl Outer {
    fn write(&self, fields: &mut Writer) {
        fields.field("schema").string(&self.schema);
        fields.field("microFrontends").object(|remotes| {
            remotes.field(self.remote.as_str()).list(|list| {
                for listing in &self.listed {
                    list.object(|fields| listing.write(fields));
                }
            });
        });
        fields.field("release").object(|fields| self.release.write(fields));
    }
}

impl MicroFrontend {
    fn read(value: Value<'_>) -> Result<Self, serde_json::Error> {
        let mut fields = value.object()?;
        let url = fields.take("url")?.string()?;
        let fallback_url = fields.take_optional("fallbackUrl").map(Value::string).transpose()?;
        let mut inner = fields.take("metadata")?.object()?;
        let metadata = Metadata {
            integrity: inner.take("integrity")?.text(Integrity::new)?,
            version: inner.take("version")?.text(Version::new)?,
        };
        inner.end()?;
        let mut inner = fields.take("deployment")?.object()?;
        let deployment =
            Deployment { traffic: Share::of_value(inner.take("traffic")?)?, default: inner.take("default")?.bool()? };
        inner.end()?;
        let mut inner = fields.take("extras")?.object()?;
        let extras = Extras {
            contract: inner.take("contract")?.u32()?,
            manifest: inner.take("manifest")?.text(Integrity::new)?,
            registered: inner.take("registered")?.text(Timestamp::new)?,
            deprecated: inner.take_optional("deprecated").map(|why| why.text(Message::new)).transpose()?,
        };
        inner.end()?;
        fields.end()?;
        Ok(Self { url, fallback_url, metadata, deployment, extras })
    }

    fn write(&self, fields: &mut Writer) {
        fields.field("url").string(&self.url);
        if let Some(url) = &self.fallback_url {
            fields.field("fallbackUrl").string(url);
        }
        fields.field("metadata").object(|fields| {
            fields.field("integrity").text(&self.metadata.integrity);
            fields.field("version").text(&self.metadata.version);
        });
        fields.field("deployment").object(|fields| {
            fields.field("traffic").bare(&self.deployment.traffic);
            fields.field("default").bare(&self.deployment.default);
        });
        fields.field("extras").object(|fields| {
            fields.field("contract").bare(&self.extras.contract);
            fields.field("manifest").text(&self.extras.manifest);
            fields.field("registered").text(&self.extras.registered);
            if let Some(why) = &self.extras.deprecated {
                fields.field("deprecated").text(why);
            }
        });
    }
}

impl Inner {
    fn read(schema: u32, mut fields: Object<'_>) -> Result<Self, serde_json::Error> {
        let earlier = match fields.take("earlier") {
            Ok(earlier) => earlier.list()?.map(|version| version.text(Version::new)).collect::<Result<_, _>>()?,
            Err(_) => Vec::new(),
        };
        let steps = fields.take("steps")?;
        let shares = steps.list()?.map(Share::of_value).collect::<Result<_, _>>()?;
        let lock = fields.take_optional("lock").map(|value| {
            let mut fields = value.object()?;
            let lock = Lock {
                at: fields.take("at")?.text(Timestamp::new)?,
                by: fields.take("by")?.text(Author::new)?,
                message: fields.take("message")?.text(Message::new)?,
            };
            fields.end()?;
            Ok::<_, serde_json::Error>(lock)
        });
        let inner = Self {
            schema,
            serial: fields.take("serial")?.u64()?,
            salt: fields.take("salt")?.text(Salt::new)?,
            canary: fields.take_optional("canary").map(|version| version.text(Version::new)).transpose()?,
            earlier,
            steps: Steps::new(shares).map_err(|error| steps.refuse(&error))?,
            lock: lock.transpose()?,
            history: fields.take("history")?.list()?.map(read_entry).collect::<Result<_, _>>()?,
        };
        fields.end()?;
        Ok(inner)
    }

    fn write(&self, fields: &mut Writer) {
        fields.field("schema").bare(&self.schema);
        fields.field("serial").bare(&self.serial);
        fields.field("salt").text(&self.salt);
        if let Some(version) = &self.canary {
            fields.field("canary").text(version);
        }
        if !self.earlier.is_empty() {
            fields.field("earlier").list(|list| self.earlier.iter().for_each(|version| list.text(version)));
        }
        fields.field("steps").list(|list| self.steps.shares().iter().for_each(|share| list.bare(share)));
        if let Some(lock) = &self.lock {
            fields.field("lock").object(|fields| {
                fields.field("at").text(&lock.at);
                fields.field("by").text(&lock.by);
                fields.field("message").text(&lock.message);
            });
        }
        fields.field("history").list(|list| {
            for entry in &self.history {
                list.object(|fields| write_entry(entry, fields));
            }
        });
    }
}

fn read_entry(value: Value<'_>) -> Result<Entry, serde_json::Error> {
    let mut fields = value.object()?;
    let entry = Entry {
        serial: fields.take("serial")?.u64()?,
        at: fields.take("at")?.text(Timestamp::new)?,
        by: fields.take("by")?.text(Author::new)?,
        action: fields.take("action")?.variant(&Action::ALL)?,
        version: fields.take_optional("version").map(|version| version.text(Version::new)).transpose()?,
        stable: fields.take("stable")?.text(Version::new)?,
        canary: fields.take_optional("canary").map(|version| version.text(Version::new)).transpose()?,
        share: fields.take_optional("share").map(Share::of_value).transpose()?,
        message: fields
            .take("message")
            .map_or_else(|_| Ok(Message::default()), |message| message.text(Message::new))?,
    };
    fields.end()?;
    Ok(entry)
}

fn write_entry(entry: &Entry, fields: &mut Writer) {
    fields.field("serial").bare(&entry.serial);
    fields.field("at").text(&entry.at);
    fields.field("by").text(&entry.by);
    fields.field("action").text(&entry.action);
    for (name, version) in
        [("version", entry.version.as_ref()), ("stable", Some(&entry.stable)), ("canary", entry.canary.as_ref())]
    {
        if let Some(version) = version {
            fields.field(name).text(version);
        }
    }
    if let Some(share) = &entry.share {
        fields.field("share").bare(share);
    }
    if !entry.message.is_empty() {
        fields.field("message").text(&entry.message);
    }
}

fn registration(remote: &RemoteName, listing: &MicroFrontend) -> Option<Registration> {
    // The entry's name is the last part of its address; that the rest is right is checked with everything that follows from it.
    let folder = path::public_folder(remote, &listing.metadata.version);
    let entry = FileName::new(listing.url.strip_prefix(&folder)?).ok()?;
    Some(Registration {
        entry,
        integrity: listing.metadata.integrity.clone(),
        manifest: listing.extras.manifest.clone(),
        contract: listing.extras.contract,
        registered: listing.extras.registered.clone(),
        deprecated: listing.extras.deprecated.clone(),
    })
}
