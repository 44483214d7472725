//! RFC 9457 documents for refusals outside the product API: files, remotes, reports, hostile addresses.
//! They have the form of the API's own, which `catalog` writes; a type and its title never change, the detail names subject and reason.

use rollout::json::Writer;

use crate::reply::{CACHE_NOTHING, Head, Policy, Reply};

const MEDIA_TYPE: &str = "application/problem+json";

/// The part of a remote's address that does not exist: the machine-readable reason of a 404.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// The remote.
    Remote,
    /// The version: never published.
    Version,
    /// The file: the version's manifest does not name it.
    File,
}

/// Every refusal: status, type, title.
const KINDS: [(u16, &str, &str); 15] = [
    (400, "urn:problem:malformed-request", "Malformed request"),
    (403, "urn:problem:forbidden", "Forbidden"),
    (404, "urn:problem:not-found", "Not found"),
    (405, "urn:problem:method-not-allowed", "Method not allowed"),
    (408, "urn:problem:request-timeout", "Request timeout"),
    (410, "urn:problem:gone", "Gone"),
    (413, "urn:problem:content-too-large", "Content too large"),
    (414, "urn:problem:uri-too-long", "URI too long"),
    (415, "urn:problem:unsupported-media-type", "Unsupported media type"),
    (416, "urn:problem:range-not-satisfiable", "Range not satisfiable"),
    (429, "urn:problem:too-many-requests", "Too many requests"),
    (500, "urn:problem:internal-error", "Internal error"),
    (502, "urn:problem:bad-gateway", "Bad gateway"),
    (503, "urn:problem:unavailable", "Unavailable"),
    (504, "urn:problem:gateway-timeout", "Gateway timeout"),
];

/// The document of a status. A status that is not in the table is answered as 500, which is what it would be: a mistake here.
pub fn problem(status: u16, detail: &str) -> Reply {
    of_status(status, None, detail)
}

/// The document of a status with the code of a cause, for programs that distinguish causes.
pub(crate) fn problem_with_code(status: u16, code: &str, detail: &str) -> Reply {
    of_status(status, Some(code), detail)
}

/// The 404 of a remote's file, with the type that names the unknown part.
pub(crate) fn unknown(what: Unknown, detail: &str) -> Reply {
    let (kind, title) = match what {
        Unknown::Remote => ("urn:problem:unknown-remote", "Unknown remote"),
        Unknown::Version => ("urn:problem:unknown-version", "Unknown version"),
        Unknown::File => ("urn:problem:unknown-file", "Unknown file"),
    };
    write(404, kind, title, None, detail)
}

fn of_status(status: u16, code: Option<&str>, detail: &str) -> Reply {
    let fallback = (500, "urn:problem:internal-error", "Internal error");
    let (status, kind, title) = KINDS.into_iter().find(|(known, ..)| *known == status).unwrap_or(fallback);
    write(status, kind, title, code, detail)
}

fn write(status: u16, kind: &str, title: &str, code: Option<&str>, detail: &str) -> Reply {
    let body = Writer::document(|fields| {
        fields.field("type").string(kind);
        fields.field("title").string(title);
        fields.field("status").bare(&status);
        fields.field("detail").string(detail);
        if let Some(code) = code {
            fields.field("code").string(code);
        }
    });
    Reply::new(Head::new(status, MEDIA_TYPE, CACHE_NOTHING, Policy::Resource), body.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::{KINDS, problem};

    #[test]
    fn a_detail_cannot_break_out_of_its_document() {
        let reply = problem(404, "there is no `\"},\n{\"`");
        let text = String::from_utf8(reply.body.into_owned()).unwrap();
        insta::assert_snapshot!(text, @r#"{"type":"urn:problem:not-found","title":"Not found","status":404,"detail":"there is no `\"},\n{\"`"}"#);
    }

    /// A type has one title, whichever host answers.
    #[test]
    fn titles_are_those_of_the_api() {
        let description: serde_json::Value =
            serde_json::from_str(include_str!("../../../catalog/src/api/openapi.json")).unwrap();
        let problem = &description["components"]["schemas"]["Problem"]["properties"];
        let list = |name: &str| problem[name]["enum"].as_array().unwrap().clone();
        let (types, titles) = (list("type"), list("title"));
        assert_eq!(types.len(), titles.len(), "one title a type, in the same order");
        for (kind, title) in types.iter().zip(&titles) {
            let own = KINDS.iter().find(|(_, own, _)| kind == own);
            assert!(own.is_none_or(|(_, _, own)| title == own), "{kind} is titled {title} by the API: {own:?}");
        }
    }

    #[test]
    fn types_are_distinct() {
        let mut types: Vec<&str> = KINDS.iter().map(|(_, kind, _)| *kind).collect();
        types.sort_unstable();
        types.dedup();
        assert_eq!(types.len(), KINDS.len());
    }
}
