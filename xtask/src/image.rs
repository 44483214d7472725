//! `cargo xtask image`: the origin of record as a static program, and as an image of it and root certificates. Needs buildah for the image
//! alone; the result is an archive that any container engine loads.
#![expect(clippy::indexing_slicing, reason = "a JSON value gives null for what it does not have")]

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::build;
use crate::counts::Counts;
use crate::failure::hinted;
use crate::project::{Project, capture, read, say};
use crate::tools;

/// What it is called.
const NAME: &str = "storefront-origin";

/// Where everything of it lies.
const FOLDER: &str = "target/image";

/// The program, from outside the image.
pub(crate) const PROGRAM: &str = "target/image/tree/origin";

/// The archive, in the form that the Open Container Initiative has specified.
const ARCHIVE: &str = "target/image/origin.oci.tar";

/// The largest that it may be, unpacked: the program with SQLite, TLS and the catalog that ships (15 MiB), certificates, and some room. A
/// new version is pulled by each instance at its start, so it stays below a second of a slow network.
const LARGEST: u64 = 17 << 20;

/// The files that are packed, as they lie in the image.
const TREE: &str = "target/image/tree";

/// The root certificates, where programs look for them.
const CERTIFICATES: &str = "etc/ssl/certs/ca-certificates.crt";

/// The entries of the layer.
const ENTRIES: [&str; 6] = ["data/", "etc/", "etc/ssl/", "etc/ssl/certs/", CERTIFICATES, "origin"];

/// How many rules an image has to keep.
pub(crate) const RULES: u64 = 9;

/// Nobody's number, as the container file has it.
const USER: &str = "65532:65532";

/// An image that was built and taken apart again.
pub(crate) struct Image {
    /// The program in it.
    pub(crate) program: PathBuf,
    /// What names its content.
    pub(crate) digest: String,
    /// The entries of its one layer, sorted, each with its owner's number.
    entries: Vec<(String, String)>,
    configuration: Value,
    bytes: u64,
}

/// The folder of the stores in which buildah has the image.
pub(crate) fn store(project: &Project) -> PathBuf {
    project.path(FOLDER)
}

/// Builds what can be built here, and says where it is.
pub(crate) fn run(project: &Project) -> Result<()> {
    let program = program(project)?;
    println!("program  {}", relative(project, &program));
    let Some(buildah) = tools::buildah(project) else {
        return Err(hinted(
            "buildah is not installed: it packs the image",
            "install buildah with your system's packages",
        ));
    };
    let image = build(project, &buildah)?;
    println!("image    {ARCHIVE} ({:.1} MiB, {})", mebibytes(image.bytes), image.digest);
    println!("\nload it: `podman load -i {ARCHIVE}`, or push it: `skopeo copy oci-archive:{ARCHIVE} docker://…`");
    Ok(())
}

/// The static program, built as it is deployed. The same source gives the same bytes, wherever it lies.
pub(crate) fn program(project: &Project) -> Result<PathBuf> {
    say("building the origin of record, static and optimised as a whole: a minute or two");
    let host = capture(Command::new("rustc").arg("-vV"))?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let mut flags = vec!["-C".to_owned(), "target-feature=+crt-static".to_owned()];
    flags.push(format!("--remap-path-prefix={}=.", project.path("").display()));
    flags.extend(build::crates_elsewhere());
    let mut command = project.cargo("build");
    // Named, the host is a target like any other: build scripts and macros are compiled without these flags.
    command.args(["--locked", "--profile", "origin", "--target", host]).args(build::ORIGIN);
    command.args(["--config", &format!("target.{host}.rustflags={}", Value::from(flags))]);
    project.run(&mut command).context("cannot build the origin of record")?;
    let built = build::target(project)?.join(host).join("origin/origin");
    let tree = project.path(TREE);
    let program = project.path(PROGRAM);
    std::fs::create_dir_all(tree.join("data")).with_context(|| format!("cannot create `{TREE}`"))?;
    certificates(&tree.join(CERTIFICATES))?;
    // Onto another name first: a program that runs cannot be written to.
    let beside = program.with_extension("next");
    std::fs::copy(&built, &beside).with_context(|| format!("cannot copy `{}`", built.display()))?;
    std::fs::rename(&beside, &program).context("cannot put the program in its place")?;
    Ok(program)
}

/// Writes Mozilla's root certificates as PEM (RFC 7468), in the order of the crate that has them.
fn certificates(path: &Path) -> Result<()> {
    let mut text = String::new();
    for certificate in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        text.push_str("-----BEGIN CERTIFICATE-----\n");
        for line in STANDARD.encode(certificate).as_bytes().chunks(64) {
            text.push_str(&String::from_utf8_lossy(line));
            text.push('\n');
        }
        text.push_str("-----END CERTIFICATE-----\n");
    }
    let folder = path.parent().context("the certificates have no folder")?;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    std::fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
}

/// Packs the program, which has to be there, and takes the image apart again.
pub(crate) fn build(project: &Project, buildah: &Path) -> Result<Image> {
    say("packing the image");
    let folder = project.path(FOLDER);
    let own = |name: &str| folder.join(name).display().to_string();
    let buildah = |arguments: &[&str]| {
        let mut command = project.command(buildah);
        // Stores of its own, so that it neither finds nor leaves anything elsewhere, and no right that a build does not need.
        command.args(["--storage-driver", "vfs", "--root", &own("storage"), "--runroot", &own("run")]);
        command.args(arguments).env("XDG_RUNTIME_DIR", own("run"));
        project.run(&mut command)
    };
    let revision = capture(project.command("git").args(["rev-parse", "HEAD"])).unwrap_or_default();
    let version = env!("CARGO_PKG_VERSION");
    // No time but the beginning of all: the same content is the same image.
    buildah(&[
        "bud",
        "--quiet",
        "--isolation",
        "chroot",
        "--timestamp",
        "0",
        "--build-arg",
        "SOURCE=prebuilt",
        "--build-arg",
        &format!("VERSION={version}"),
        "--build-arg",
        &format!("REVISION={}", revision.trim()),
        "--file",
        "infra/origin/Containerfile",
        "--tag",
        NAME,
        ".",
    ])
    .context("buildah cannot build the image")?;
    let archive = project.path(ARCHIVE);
    if archive.exists() {
        std::fs::remove_file(&archive).with_context(|| format!("cannot remove `{ARCHIVE}`"))?;
    }
    buildah(&["push", "--quiet", NAME, &format!("oci-archive:{}:{NAME}:{version}", archive.display())])
        .context("buildah cannot write the image")?;
    unpack(&archive, &folder.join("unpacked"))
}

/// Takes an archive apart, as an engine would.
fn unpack(archive: &Path, folder: &Path) -> Result<Image> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("cannot empty `{}`", folder.display()))?;
    }
    let root = folder.join("root");
    std::fs::create_dir_all(&root).with_context(|| format!("cannot create `{}`", root.display()))?;
    let tar = |arguments: &[&str], file: &Path, into: &Path| {
        capture(Command::new("tar").args(arguments).arg(file).arg("-C").arg(into))
    };
    tar(&["-xf"], archive, folder)?;
    let blob = |digest: &str| folder.join("blobs").join(digest.replace(':', "/"));
    let document = |path: &Path| -> Result<Value> {
        serde_json::from_str(&read(path)?).with_context(|| format!("`{}` is no JSON", path.display()))
    };
    let text = |value: &Value, pointer: &str| {
        let text = value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        text.with_context(|| format!("the image has no `{pointer}`"))
    };
    let digest = text(&document(&folder.join("index.json"))?, "/manifests/0/digest")?;
    let manifest = document(&blob(&digest))?;
    if manifest["layers"].as_array().map(Vec::len) != Some(1) {
        bail!("the image has other than one layer: {}", manifest["layers"]);
    }
    let layer = blob(&text(&manifest, "/layers/0/digest")?);
    let configuration = document(&blob(&text(&manifest, "/config/digest")?))?;
    let listed = tar(&["--numeric-owner", "-tvf"], &layer, folder)?;
    let mut entries: Vec<(String, String)> = listed.lines().filter_map(entry).collect();
    entries.sort();
    tar(&["-xf"], &layer, &root)?;
    let program = root.join("origin");
    let size = |name: &str| root.join(name).metadata().with_context(|| format!("there is no `{name}` in the image"));
    let bytes = size("origin")?.len() + size(CERTIFICATES)?.len();
    Ok(Image { program, digest, entries, configuration, bytes })
}

/// Name and owner in a line such as `drwxr-xr-x 65532/65532 0 1970-01-01 00:00 data/`.
fn entry(line: &str) -> Option<(String, String)> {
    let mut words = line.split_whitespace();
    let owner = words.nth(1)?.replace('/', ":");
    Some((words.next_back()?.to_owned(), owner))
}

/// Whether an image is what it should be: each rule, and whether it is kept.
pub(crate) fn verdict(image: &Image, again: &Image) -> Result<(Counts, String)> {
    let configuration = &image.configuration["config"];
    let is_static = !contains(&std::fs::read(&image.program).context("cannot read the program")?, b"/ld-linux");
    let labels = ["title", "description", "licenses", "version", "revision"];
    let has_label = |name: &&str| configuration["Labels"][format!("org.opencontainers.image.{name}")].is_string();
    let names: Vec<&str> = image.entries.iter().map(|(name, _)| name.as_str()).collect();
    let writable = image.entries.iter().filter(|(_, owner)| owner == USER).map(|(name, _)| name.as_str());
    let writable: Vec<&str> = writable.collect();
    let rules: [(bool, String); 9] = [
        (names == ENTRIES, format!("program, certificates and a folder are all there is: {names:?}")),
        (writable == ["data/"], format!("the program may write there alone: {writable:?}")),
        (is_static, "the program is static".to_owned()),
        (image.bytes <= LARGEST, format!("{:.1} MiB of {} MiB", mebibytes(image.bytes), LARGEST >> 20)),
        (configuration["User"] == USER, format!("it runs as nobody: {}", configuration["User"])),
        (
            configuration["ExposedPorts"]["3333/tcp"].is_object(),
            format!("it names its ports: {}", configuration["ExposedPorts"]),
        ),
        (
            configuration["Entrypoint"] == serde_json::json!(["/origin"]),
            format!("its entry: {}", configuration["Entrypoint"]),
        ),
        (labels.iter().all(has_label), format!("its labels: {}", configuration["Labels"])),
        (image.digest == again.digest, format!("built twice it is the same: {} {}", image.digest, again.digest)),
    ];
    let mut counts = Counts::default();
    let mut table = String::new();
    for (is_kept, rule) in rules {
        counts += Counts::one(is_kept);
        table.push_str(if is_kept { "  ok      " } else { "  BROKEN  " });
        table.push_str(&rule);
        table.push('\n');
    }
    Ok((counts, table))
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[expect(clippy::cast_precision_loss, reason = "a size for people")]
fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

fn relative(project: &Project, path: &Path) -> String {
    path.strip_prefix(project.path("")).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::{certificates, entry};

    #[test]
    fn an_entry_has_a_name_and_an_owner() {
        let line = "drwxr-xr-x 65532/65532       0 1970-01-01 00:00 data/";
        assert_eq!(entry(line), Some(("data/".to_owned(), "65532:65532".to_owned())));
        assert_eq!(entry(""), None);
    }

    #[test]
    fn certificates_are_pem() {
        let folder = std::env::temp_dir().join(format!("storefront-certificates-{}", std::process::id()));
        let path = folder.join("roots.crt");
        certificates(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let begun = text.matches("-----BEGIN CERTIFICATE-----\n").count();
        assert_eq!(begun, webpki_root_certs::TLS_SERVER_ROOT_CERTS.len());
        assert_eq!(begun, text.matches("\n-----END CERTIFICATE-----\n").count());
        assert!(begun > 50 && text.lines().all(|line| line.len() <= 64), "{begun}");
    }
}
