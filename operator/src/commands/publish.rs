//! `storefront publish`: checks a folder that was built and puts it into the store. Moves no traffic and registers nothing.

use std::path::Path;

use anyhow::{Context as _, Result};
use rollout::{Integrity, RemoteName, Version};
use serde::Serialize;

use crate::context::Context;
use crate::output::{counted, dry_run, shown, size};
use crate::package::Package;
use crate::progress::Progress;
use crate::publish::{self, Outcome};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    remote: &'a RemoteName,
    version: &'a Version,
    contract: u32,
    /// The hash of the manifest, which stands for all bytes of the version.
    manifest: &'a Integrity,
    files: usize,
    size: u64,
    changed: bool,
    dry_run: bool,
}

pub(super) async fn run(context: &Context<'_>, folder: &Path, dry: bool) -> Result<()> {
    let package = Package::of_folder(folder).with_context(|| format!("cannot publish `{}`", shown(folder)))?;
    let (remote, version) = (package.manifest.remote(), package.manifest.version());
    let bucket = context.store().await?.bucket(remote);
    dry_run(dry);
    let progress = Progress::bytes("publishing", package.size());
    let outcome = publish::run(&bucket, &package, dry, &progress)
        .await
        .with_context(|| format!("cannot publish `{version}` of `{remote}`"))?;
    drop(progress);
    let view = View {
        remote,
        version,
        contract: package.manifest.contract(),
        manifest: &package.digest,
        files: package.manifest.files().len(),
        size: package.size(),
        changed: outcome == Outcome::Published,
        dry_run: dry,
    };
    let what = format!("`{version}` of `{remote}`: {}, {}", counted(view.files, "file"), size(view.size));
    let text = match (outcome, dry) {
        (Outcome::Published, false) => format!("published {what}"),
        (Outcome::Published, true) => format!("would publish {what}"),
        (Outcome::Unchanged, _) => format!("nothing to do: the store has {what}, with the same bytes"),
    };
    context.output.result("publish", &view, &text)
}
