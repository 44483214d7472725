//! Refusals before anything is sent.
//! Folders alone: versions that a shop serves go through the same checks.

use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use super::*;
use crate::failure;
use crate::testing::{Folder, manifest};

const FILES: [(&str, &str); 2] = [("a.js", "one"), ("b.css", "two")];

fn refused(folder: &Folder) -> (Exit, String) {
    let error = Package::of_folder(&folder.path).unwrap_err();
    let root = folder.path.canonicalize().unwrap_or_else(|_| folder.path.clone());
    (failure::exit(&error), format!("{error:#}").replace(&format!("{}/", root.display()), ""))
}

#[test]
fn a_whole_folder_is_taken() {
    let folder = Folder::of("1.0.0", &FILES);
    let package = Package::of_folder(&folder.path).unwrap();
    assert_eq!(package.size(), 6);
    assert_eq!(package.manifest.version().as_str(), "1.0.0");
}

#[test]
fn everything_in_the_folder_is_a_plain_file_of_the_manifest() {
    #[track_caller]
    fn check(spoil: impl Fn(&Folder), expect: &str) {
        let folder = Folder::of("1.0.0", &FILES);
        spoil(&folder);
        assert_eq!(refused(&folder), (Exit::Failure, expect.to_owned()));
    }
    check(|folder| folder.write("c.js", "three"), "`c.js` is not in the manifest");
    check(|folder| folder.write("a.js", "ones"), "`a.js` has 4 bytes, the manifest says 3");
    check(|folder| fs::create_dir(folder.path.join("more")).unwrap(), "`more` is not a plain file");
    check(
        |folder| {
            let file = folder.path.join("b.css");
            fs::rename(&file, folder.path.with_extension("css")).unwrap();
            symlink(folder.path.with_extension("css"), &file).unwrap();
        },
        "`b.css` is a symbolic link",
    );
    check(
        |folder| {
            fs::remove_file(folder.path.join("a.js")).unwrap();
            UnixListener::bind(folder.path.join("a.js")).unwrap();
        },
        "`a.js` is not a plain file",
    );
    check(
        |folder| {
            fs::remove_file(folder.path.join("manifest.json")).unwrap();
            UnixListener::bind(folder.path.join("manifest.json")).unwrap();
        },
        "`manifest.json` is not a plain file",
    );
    check(|folder| symlink("/etc/hostname", folder.path.join("c.js")).unwrap(), "`c.js` is a symbolic link");
}

#[test]
fn other_bytes_of_the_same_length_are_noticed() {
    let folder = Folder::of("1.0.0", &FILES);
    folder.write("a.js", "eno");
    let (exit, text) = refused(&folder);
    assert_eq!(exit, Exit::Failure);
    assert!(text.starts_with("`a.js` is `sha384-"), "{text}");
}

#[test]
fn a_link_to_the_folder_is_refused() {
    let folder = Folder::of("1.0.0", &FILES);
    let link = folder.path.with_file_name("1.0.1");
    symlink(&folder.path, &link).unwrap();
    let error = Package::of_folder(&link).unwrap_err();
    assert!(error.to_string().ends_with("is a symbolic link"), "{error}");
}

#[test]
fn a_way_out_of_the_folder_is_no_file_name() {
    for name in ["../a.js", "x/a.js", "/etc/passwd", ".a.js"] {
        let folder = Folder::of("1.0.0", &FILES);
        folder.write(path::MANIFEST, &manifest("1.0.0", &[("a.js", "one"), (name, "two")]));
        let (exit, text) = refused(&folder);
        assert_eq!(exit, Exit::Failure);
        assert!(text.starts_with("`manifest.json` was refused: "), "{text}");
    }
}

#[test]
fn a_folder_is_called_after_what_is_in_it() {
    let folder = Folder::of("1.0.0", &FILES);
    folder.write(path::MANIFEST, &manifest("1.0.1", &FILES));
    let expect = "the manifest is of `cart` `1.0.1`, its place of `cart` `1.0.0`";
    assert_eq!(refused(&folder), (Exit::Failure, expect.to_owned()));

    let misnamed = Folder::of("latest", &FILES);
    let (exit, text) = refused(&misnamed);
    assert_eq!(exit, Exit::Usage);
    assert!(text.contains("is not the folder of a version"), "{text}");

    let error = Package::of_folder(&folder.path.join("../2.0.0")).unwrap_err();
    assert_eq!(failure::exit(&error), Exit::NotFound);
}
