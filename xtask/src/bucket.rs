//! The simulated bucket of a shop that `dev` runs: the address of its S3 endpoint, and the note by which `storefront` finds it.
//! Names and keys come from `wrangler.toml`; they open nothing but the simulation.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::project::{Project, read};

/// Where wrangler serves simulated buckets; the slash at the end is needed (<https://github.com/awslabs/aws-sdk-rust/issues/1387>).
const S3_PATH: &str = "/cdn-cgi/local/r2/s3/";
/// R2 knows one region.
const REGION: &str = "auto";

/// A simulated bucket.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bucket {
    name: String,
    access_key_id: String,
    secret_access_key: String,
}

/// The note; it goes when this value does.
pub(crate) struct Note {
    path: PathBuf,
    text: String,
}

impl Bucket {
    /// The one that `wrangler.toml` describes.
    pub(crate) fn of(project: &Project) -> Result<Bucket> {
        parse(&read(&project.path("wrangler.toml"))?)
    }

    /// Its S3 endpoint at a shop's address.
    pub(crate) fn endpoint(shop: &str) -> String {
        format!("{shop}{S3_PATH}")
    }

    /// Writes down where the shop, its origin and this bucket are.
    pub(crate) fn note(&self, project: &Project, shop: &str, origin: &str) -> Result<Note> {
        let path = project.state("dev.json")?;
        let text = self.document(shop, origin, std::process::id()).to_string();
        // Whole or not at all: whoever reads it at this moment must not see half of it.
        let draft = path.with_extension("json.new");
        std::fs::write(&draft, &text).with_context(|| format!("cannot write `{}`", draft.display()))?;
        std::fs::rename(&draft, &path).with_context(|| format!("cannot write `{}`", path.display()))?;
        Ok(Note { path, text })
    }

    fn document(&self, shop: &str, origin: &str, pid: u32) -> Value {
        json!({
            "schema": 1,
            "shop": shop,
            "origin": origin,
            "endpoint": Bucket::endpoint(shop),
            "bucket": self.name,
            "region": REGION,
            "accessKeyId": self.access_key_id,
            "secretAccessKey": self.secret_access_key,
            "pid": pid,
        })
    }
}

impl Drop for Note {
    fn drop(&mut self) {
        // Another shop of this checkout may have written its own meanwhile.
        if std::fs::read_to_string(&self.path).is_ok_and(|found| found == self.text) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// The first of each: those of development stand above the environments.
fn parse(configuration: &str) -> Result<Bucket> {
    let value = |name: &str| {
        let mut lines = configuration.lines().filter_map(|line| line.split_once('='));
        let found = lines.find(|(found, _)| found.trim() == name).map(|(_, value)| value.trim().trim_matches('"'));
        found.map(str::to_owned).with_context(|| format!("`wrangler.toml` has no `{name}`"))
    };
    Ok(Bucket {
        name: value("bucket_name")?,
        access_key_id: value("accessKeyId")?,
        secret_access_key: value("secretAccessKey")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIGURATION: &str = "[[r2_buckets]]\nbinding = \"REMOTES\"\nbucket_name = \"remotes\"\n\n\
        [r2_buckets.local_dev.experimental_s3_credentials]\naccessKeyId = \"id\"\nsecretAccessKey = \"secret\"\n\n\
        [[env.production.r2_buckets]]\nbucket_name = \"remotes-production\"\n";

    #[test]
    fn the_note_says_all_that_storefront_needs() {
        let bucket = parse(CONFIGURATION).unwrap();
        assert_eq!(
            bucket.document("http://127.0.0.1:8787", "http://127.0.0.1:3333", 7),
            json!({
                "schema": 1,
                "shop": "http://127.0.0.1:8787",
                "origin": "http://127.0.0.1:3333",
                "endpoint": "http://127.0.0.1:8787/cdn-cgi/local/r2/s3/",
                "bucket": "remotes",
                "region": "auto",
                "accessKeyId": "id",
                "secretAccessKey": "secret",
                "pid": 7,
            })
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = parse("name = \"storefront\"\n").unwrap_err();
        assert_eq!(error.to_string(), "`wrangler.toml` has no `bucket_name`");
    }

    #[test]
    fn a_note_that_is_somebody_elses_stays() {
        let path = std::env::temp_dir().join(format!("xtask-note-{}.json", std::process::id()));
        std::fs::write(&path, "mine").unwrap();
        drop(Note { path: path.clone(), text: "other".to_owned() });
        assert!(path.is_file());
        drop(Note { path: path.clone(), text: "mine".to_owned() });
        assert!(!path.exists());
    }
}
