//! The objects that operators put into a store, made for tests: versions that differ from the bundled ones by a comment in each file, and
//! releases. Documents come from `rollout`, so that they are those which the operators' command line writes.

use std::collections::BTreeMap;
use std::path::Path;

use rollout::{
    Author, Change, Integrity, Message, Next, Registration, Release, RemoteName, Share, Timestamp, TransitionError,
    VersionManifest, path,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha384};

use crate::bundle;
use crate::client::Request;
use crate::object_store_signing::Signer;
use crate::server::Server;
use crate::store_clock::now_seconds;

/// Where objects can be put.
pub trait Store {
    /// Puts an object, or another one in its place.
    fn put(&self, remote: &str, key: &str, bytes: &[u8]);

    /// Puts all of a version, its manifest last.
    fn publish(&self, version: &Version) {
        for (name, bytes) in &version.files {
            self.put(version.remote(), &version.key(name), bytes);
        }
        self.put(version.remote(), &version.key(path::MANIFEST), &version.text);
    }

    /// Puts the release.
    fn release(&self, rollout: &Rollout) {
        let remote = rollout.release.remote();
        self.put(remote.as_str(), &path::release_key(remote), &rollout.document());
    }
}

/// A version of a remote, whole.
#[derive(Clone, Debug)]
pub struct Version {
    /// What it is made of.
    pub manifest: VersionManifest,
    /// The manifest's bytes.
    pub text: Vec<u8>,
    /// The files, by name.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// The release of a remote as operators change it. Every change writes a later serial.
#[derive(Clone, Debug)]
pub struct Rollout {
    /// As it stands.
    pub release: Release,
}

/// The bucket that wrangler simulates beside a Worker, by its S3 API.
#[derive(Debug)]
pub struct SimulatedBucket<'a>(pub &'a Server);

impl Version {
    /// The version that is built with a Worker, from the folder that it serves.
    pub fn bundled(folder: &Path, remote: &str) -> Version {
        let versions = folder.join("assets/dist/remotes").join(remote);
        let mut entries = std::fs::read_dir(&versions).expect("the remotes are built: `cargo xtask build` writes them");
        let folder = entries.next().and_then(Result::ok).expect("one version of a remote is built").path();
        let read = |name: &str| std::fs::read(folder.join(name)).expect("the files of a manifest are there");
        let text = read(path::MANIFEST);
        let manifest = VersionManifest::parse(&text).expect("a manifest that was built is valid");
        let files = manifest.files().keys().map(|name| (name.to_string(), read(name.as_str()))).collect();
        Version { manifest, text, files }
    }

    /// Another version of the same remote: every file of it has other bytes.
    #[must_use]
    pub fn derived(&self, number: &str) -> Version {
        let mut files = self.files.clone();
        for bytes in files.values_mut() {
            bytes.extend_from_slice(format!("\n/* {} {number} */\n", self.remote()).as_bytes());
        }
        let mut document = self.document();
        document["version"] = json!(number);
        for (name, bytes) in &files {
            document["files"][name]["size"] = json!(bytes.len());
            document["files"][name]["integrity"] = json!(bundle::integrity(bytes));
        }
        Version::of(&document, files)
    }

    /// The same, built for another slot contract.
    #[must_use]
    pub fn for_contract(&self, contract: u32) -> Version {
        let mut document = self.document();
        document["contract"] = json!(contract);
        Version::of(&document, self.files.clone())
    }

    /// Its remote's name.
    pub fn remote(&self) -> &str {
        self.manifest.remote().as_str()
    }

    /// Its number.
    pub fn number(&self) -> &str {
        self.manifest.version().as_str()
    }

    /// The key of an object of it.
    pub fn key(&self, name: &str) -> String {
        format!("{}/{}/{name}", self.remote(), self.number())
    }

    /// The public path of a file of it.
    pub fn url(&self, name: &str) -> String {
        format!("/remotes/{}", self.key(name))
    }

    /// The manifest as JSON.
    pub fn document(&self) -> Value {
        serde_json::from_slice(&self.text).expect("a manifest is JSON")
    }

    /// The hash by which a release names the manifest.
    pub fn digest(&self) -> Integrity {
        digest(&self.text)
    }

    /// The first stylesheet's name.
    pub fn style(&self) -> &str {
        self.manifest.styles().first().expect("every remote has a style").as_str()
    }

    fn of(document: &Value, files: BTreeMap<String, Vec<u8>>) -> Version {
        let text = serde_json::to_vec(document).expect("JSON can be written");
        let manifest = VersionManifest::parse(&text).unwrap_or_else(|error| panic!("{error}: {document}"));
        Version { manifest, text, files }
    }

    fn registration(&self) -> Registration {
        Registration::of(&self.manifest, self.digest(), timestamp())
    }
}

impl Rollout {
    /// The first release: all traffic for one version.
    pub fn first(version: &Version) -> Rollout {
        let remote = RemoteName::new(version.remote()).expect("a remote's name");
        let number = version.manifest.version().clone();
        Rollout { release: Release::first(remote, number, version.registration(), &change()) }
    }

    /// Gives a version all traffic.
    pub fn promote(&mut self, version: &Version) {
        self.know(version);
        self.change(|release| release.promote(Some(version.manifest.version()), &change()));
    }

    /// Gives a version a part of the traffic.
    pub fn canary(&mut self, version: &Version, percent: u8) {
        self.know(version);
        let share = Share::percent(percent);
        self.change(|release| release.set_canary(version.manifest.version(), share, None, &change()));
    }

    /// Ends the canary.
    pub fn abort(&mut self) {
        self.change(|release| release.abort(&change()));
    }

    /// Back to what held all traffic before.
    pub fn roll_back(&mut self) {
        self.change(|release| release.roll_back(None, &change()));
    }

    /// Forbids changes, which moves no traffic: another document of a later serial.
    pub fn lock(&mut self) {
        self.change(|release| release.lock_changes(&change()));
    }

    /// Allows them again.
    pub fn unlock(&mut self) {
        self.change(|release| release.unlock_changes(&change()));
    }

    /// Lets go of a version, as is done before it is removed.
    pub fn forget(&mut self, version: &Version) {
        self.change(|release| release.forget(version.manifest.version(), &change()));
    }

    /// Makes a version known.
    pub fn register(&mut self, version: &Version) {
        self.register_as(version, version.digest());
    }

    /// Makes a version known under the hash of another manifest.
    pub fn register_as(&mut self, version: &Version, manifest: Integrity) {
        let registration = Registration { manifest, ..version.registration() };
        self.change(|release| release.register(version.manifest.version(), registration, &change()));
    }

    /// The serial.
    pub fn serial(&self) -> u64 {
        self.release.serial()
    }

    /// The document's bytes.
    pub fn document(&self) -> Vec<u8> {
        self.release.to_document().expect("a release of tests is small").bytes
    }

    fn know(&mut self, version: &Version) {
        if !self.release.versions().contains_key(version.manifest.version()) {
            self.register(version);
        }
    }

    #[track_caller]
    fn change(&mut self, transition: impl FnOnce(&Release) -> Result<Next, TransitionError>) {
        match transition(&self.release) {
            Ok(Next::Changed(next)) => self.release = *next,
            Ok(Next::Unchanged) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

impl Store for SimulatedBucket<'_> {
    /// Name and keys are those of `wrangler.toml`, which open nothing but the simulation.
    fn put(&self, _remote: &str, key: &str, bytes: &[u8]) {
        let path = format!("/cdn-cgi/local/r2/s3/storefront-remotes/{key}");
        let signer = Signer {
            access_key: "storefront-development",
            secret_key: "not-a-secret-it-opens-the-simulated-bucket-alone",
            region: "auto",
        };
        let mut request = Request::new("PUT", &path).body(bytes);
        for (name, value) in signer.put(&self.0.address().to_string(), &path, bytes, now_seconds()) {
            request = request.header(name, &value);
        }
        let answer = self.0.send(&request);
        assert!(answer.status == 200 && answer.header("etag").is_some(), "{request}: {answer}");
    }
}

/// The hash of these bytes.
pub fn digest(bytes: &[u8]) -> Integrity {
    Integrity::from_digest(&Sha384::digest(bytes).into())
}

fn timestamp() -> Timestamp {
    Timestamp::new("2026-01-31T12:00:00Z").expect("a time")
}

fn change() -> Change {
    let by = Author::new("end-to-end tests").expect("an author");
    Change { at: timestamp(), by, message: Message::default() }
}
