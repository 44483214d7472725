//! The request corpora: requests that every host must answer alike, about the shop's own catalog (`catalog/corpus/requests.txt`)
//! and about a large one (`tests/corpus/large.txt`). Reads a file and gives the response of `catalog::api::answer` itself; tests compare.
//! Requests about the cart, which the edge alone answers, have a corpus of their own (`tests/corpus/cart.txt`).

use std::path::PathBuf;
use std::sync::OnceLock;

use catalog::Catalog;
use catalog::api::{self, Settings};
use web::{Method, Reply};

use shop::Shop;

use crate::client::Request;
use crate::{in_process, project, read, record};

/// Where the corpus about the shop's own catalog lies in the checkout.
pub const PATH: &str = "catalog/corpus/requests.txt";

/// Where the corpus about the large catalog lies.
pub const LARGE_PATH: &str = "tests/corpus/large.txt";

/// Where the corpus about the cart lies.
pub const CART_PATH: &str = "tests/corpus/cart.txt";

/// The name under which a line has the content of its request.
const CONTENT: &str = "content";

/// Where the large catalog and its Worker are built, as `xtask/src/large/mod.rs` has it.
const LARGE_FOLDER: &str = "target/large";

/// One request of the corpus that goes over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its line in the file, from 1.
    pub number: usize,
    /// As it stands there.
    pub text: String,
    method: String,
    target: String,
    fields: Vec<(String, String)>,
    content: Option<String>,
}

/// The address of the page of a product of the shop's own catalog.
pub fn page_of(id: &str) -> String {
    let product = catalog().product(id).unwrap_or_else(|| panic!("the catalog has no product `{id}`"));
    format!("/products/{}", product.handle)
}

impl Line {
    /// The request as a client sends it.
    pub fn request(&self, catalog: &Catalog, settings: &Settings) -> Request {
        let request = Request::new(&self.method, &self.target);
        self.fields(catalog, settings).into_iter().fold(request, |request, (name, value)| request.header(&name, &value))
    }

    /// The request as a client sends it, with its content, where no field asks for a tag.
    pub fn with_content(&self) -> Request {
        let request = Request::new(&self.method, &self.target);
        let request = self.fields.iter().fold(request, |request, (name, value)| request.header(name, value));
        match &self.content {
            Some(content) => request.body(content.as_str()),
            None => request,
        }
    }

    /// What the shop answers in this process.
    pub fn answer_in_process(&self, shop: &Shop) -> Reply {
        let fields: Vec<(&str, &str)> =
            self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let fields = fields.as_slice();
        let request = web::Request::new(Method::parse(&self.method), path, query).with(&fields);
        in_process::answer(shop, request, self.content.as_deref().unwrap_or_default().as_bytes())
    }

    /// What `catalog::api::answer` gives, without any host.
    pub fn answer(&self, catalog: &Catalog, settings: &Settings) -> Reply {
        let fields = self.fields(catalog, settings);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let fields = fields.as_slice();
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let request = web::Request::new(Method::parse(&self.method), path, query).with(&fields);
        api::answer(catalog, settings, &request)
    }

    /// The fields, with the tag of the plain answer put in where the corpus asks for it.
    fn fields(&self, catalog: &Catalog, settings: &Settings) -> Vec<(String, String)> {
        if !self.fields.iter().any(|(_, value)| value.contains(TAG)) {
            return self.fields.clone();
        }
        let plain = Line { method: "GET".to_owned(), fields: Vec::new(), ..self.clone() };
        let reply = plain.answer(catalog, settings);
        let etag = reply.etag.as_ref().map(web::ETag::as_str).unwrap_or_default();
        self.fields.iter().map(|(name, value)| (name.clone(), value.replace(TAG, etag))).collect()
    }
}

/// What stands in a field for the tag of the plain answer.
const TAG: &str = "{etag}";

/// The catalog that ships, built from its records in this process.
pub fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| {
        let index = record::built(&record::products()).into_index();
        Catalog::open(index.expect("the catalog that ships is valid")).expect("an index that was just built opens")
    })
}

/// The folder of the Worker with the large catalog, laid out like the checkout.
pub fn large_folder() -> PathBuf {
    project().join(LARGE_FOLDER)
}

/// The large catalog: the index that its Worker carries. Building it once more would take longer than all the requests.
pub fn large_catalog() -> Catalog {
    let path = large_folder().join("catalog.index");
    let index = std::fs::read(&path).unwrap_or_else(|error| {
        panic!("cannot read `{}`: {error}\nhint: `cargo xtask test large` builds it", path.display())
    });
    Catalog::open(index).expect("the index of the large catalog opens")
}

/// The settings of a Worker of this build with these origins.
pub fn settings(cors_origins: &[&str]) -> Settings {
    let cors_origins = cors_origins.iter().map(|origin| (*origin).to_owned()).collect();
    Settings { version: env!("CARGO_PKG_VERSION").to_owned(), cors_origins, ..Settings::default() }
}

/// The requests that go over the wire. Lines that begin with `*` are for `answer` alone.
pub fn lines(path: &str) -> Vec<Line> {
    parse(path, &read(path))
}

fn parse(path: &str, text: &str) -> Vec<Line> {
    let numbered = text.lines().enumerate().map(|(position, line)| (position + 1, line.trim_end()));
    let requests = numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with(['#', '*']));
    requests
        .map(|(number, text)| {
            let mut parts = text.split(" | ");
            let start = parts.next().unwrap_or_default();
            let (method, target) =
                start.split_once(' ').unwrap_or_else(|| panic!("{path}:{number}: `{text}` is no method and target"));
            let fields: Vec<(String, String)> = parts
                .map(|field| {
                    let (name, value) =
                        field.split_once(':').unwrap_or_else(|| panic!("{path}:{number}: `{field}` is no field"));
                    (name.trim().to_owned(), value.trim().to_owned())
                })
                .collect();
            let (content, fields): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(name, _)| name == CONTENT);
            let content = content.into_iter().next().map(|(_, content)| content);
            let (method, target) = (method.to_owned(), target.to_owned());
            Line { number, text: text.to_owned(), method, target, fields, content }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn lines_are_method_target_and_fields() {
        let lines = parse(
            "corpus.txt",
            "# note\n\nGET /a?b=c\n* GET /never\nHEAD /a | If-None-Match: \"x\", W/\"y\" | Origin: null\nPOST /a | content: b=c:d\n",
        );
        assert_eq!(lines.len(), 3);
        assert_eq!((lines[2].content.as_deref(), lines[2].fields.len()), (Some("b=c:d"), 0));
        assert_eq!((lines[0].number, lines[0].method.as_str(), lines[0].target.as_str()), (3, "GET", "/a?b=c"));
        let fields: Vec<(&str, &str)> =
            lines[1].fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(fields, [("If-None-Match", "\"x\", W/\"y\""), ("Origin", "null")]);
    }
}
