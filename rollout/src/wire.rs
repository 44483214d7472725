//! The JSON form of a release. Its outer part is the discovery document of the micro-frontend working group (`schema`,
//! `microFrontends` with `url`, `fallbackUrl`, `metadata`, `deployment`, `extras`; see <https://github.com/awslabs/frontend-discovery>);
//! the fields that it has no place for stand beside it under `release`. One release has one text: fields in a fixed order, no spaces,
//! and traffic and addresses that follow from the rest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::history::{Entry, HISTORY_LIMIT};
use crate::release::{
    EARLIER_LIMIT, RELEASE_LIMIT, RELEASE_SCHEMA, Registration, ReleaseError, SERIAL_LIMIT, VERSIONS_LIMIT,
};
use crate::{
    Canary, FileName, Integrity, Lock, Message, Release, RemoteName, Salt, Share, Steps, Timestamp, Version, path,
    strict,
};

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

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Outer {
    schema: String,
    #[serde(deserialize_with = "strict::map")]
    micro_frontends: BTreeMap<RemoteName, Vec<MicroFrontend>>,
    release: Inner,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
struct MicroFrontend {
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fallback_url: Option<String>,
    metadata: Metadata,
    deployment: Deployment,
    extras: Extras,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
struct Metadata {
    integrity: Integrity,
    version: Version,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
struct Deployment {
    traffic: Share,
    default: bool,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
struct Extras {
    contract: u32,
    manifest: Integrity,
    registered: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    deprecated: Option<Message>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
struct Inner {
    schema: u32,
    serial: u64,
    salt: Salt,
    #[serde(skip_serializing_if = "Option::is_none")]
    canary: Option<Version>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    earlier: Vec<Version>,
    steps: Steps,
    #[serde(skip_serializing_if = "Option::is_none")]
    lock: Option<Lock>,
    history: Vec<Entry>,
}

strict::objects!(MicroFrontend, Metadata, Deployment, Extras, Inner);

/// The part of a document that every schema has in common.
#[derive(Deserialize)]
struct Probe {
    release: ProbedRelease,
}

#[derive(Deserialize)]
struct ProbedRelease {
    schema: u32,
}

impl Release {
    /// Reads the document of a remote and checks all of it.
    pub fn parse(remote: &RemoteName, text: &[u8]) -> Result<Self, ReleaseError> {
        if text.len() > RELEASE_LIMIT {
            return Err(ReleaseError::Size(text.len()));
        }
        let outer = read(remote, text)?;
        let listed: Vec<&MicroFrontend> = outer.micro_frontends.values().flatten().collect();
        let inner = &outer.release;
        if !(1..=SERIAL_LIMIT).contains(&inner.serial) {
            return Err(ReleaseError::Serial(inner.serial));
        }
        if listed.is_empty() || listed.len() > VERSIONS_LIMIT {
            return Err(ReleaseError::Versions("there are none, or more than a release may know"));
        }
        let mut versions = BTreeMap::new();
        for listing in &listed {
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
        // Traffic and addresses follow from the rest: a reader of the outer document alone reads the same.
        if release.outer() == outer { Ok(release) } else { Err(ReleaseError::Inconsistent) }
    }

    /// The document to be written, and the entries of the history that have no place in it any more: at most
    /// [`HISTORY_LIMIT`] stay, and fewer when the document would exceed [`RELEASE_LIMIT`].
    pub fn to_document(&self) -> Result<Document, ReleaseError> {
        let mut outer = self.outer();
        let spare = outer.release.history.len().saturating_sub(HISTORY_LIMIT);
        let mut archived: Vec<Entry> = outer.release.history.drain(..spare).collect();
        loop {
            let mut bytes = serde_json::to_vec(&outer).map_err(ReleaseError::Unwritable)?;
            bytes.push(b'\n');
            if bytes.len() <= RELEASE_LIMIT {
                return Ok(Document { bytes, archived });
            }
            // The newest entry holds the origin of the present state, so it stays.
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
            micro_frontends: BTreeMap::from([(self.remote.clone(), listed.collect())]),
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

/// The document of the remote in the schema that this crate knows, and the versions that it lists.
fn read(remote: &RemoteName, text: &[u8]) -> Result<Outer, ReleaseError> {
    // Another schema has other fields, so its number is a better reason than the first unknown field.
    let Probe { release: ProbedRelease { schema } } = strict::read(text).map_err(ReleaseError::Syntax)?;
    if schema != RELEASE_SCHEMA {
        return Err(ReleaseError::Schema(schema));
    }
    let outer: Outer = strict::read(text).map_err(ReleaseError::Syntax)?;
    let mut remotes = outer.micro_frontends.keys();
    match (remotes.next(), remotes.next()) {
        (Some(found), None) if found == remote => Ok(outer),
        (Some(found), None) => Err(ReleaseError::Remote { found: found.to_string(), expected: remote.clone() }),
        _ => Err(ReleaseError::Versions("it is of one remote, and of no more")),
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
