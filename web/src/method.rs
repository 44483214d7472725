//! Request methods, and the set of them that an address answers.
//! Methods are case-sensitive (RFC 9110, section 9.1).

/// The method of a request, as far as any host tells methods apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`.
    Get,
    /// `HEAD`: all of `GET` but the content.
    Head,
    /// `OPTIONS`.
    Options,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `PATCH`.
    Patch,
    /// `DELETE`.
    Delete,
    /// Any other method, which every address refuses.
    Other,
}

/// The methods that an address answers. `HEAD` comes with `GET`, and `OPTIONS` where a host answers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Methods {
    /// `GET` and `HEAD`; `OPTIONS` names them.
    Read,
    /// `POST` alone.
    Post,
    /// `GET`, `HEAD` and `POST`.
    ReadAndPost,
}

impl Method {
    /// Reads a method as it is sent.
    pub fn parse(method: &str) -> Method {
        match method {
            "GET" => Method::Get,
            "HEAD" => Method::Head,
            "OPTIONS" => Method::Options,
            "POST" => Method::Post,
            "PUT" => Method::Put,
            "PATCH" => Method::Patch,
            "DELETE" => Method::Delete,
            _ => Method::Other,
        }
    }

    /// Whether the method only reads: `GET` or `HEAD`.
    pub fn reads(self) -> bool {
        matches!(self, Method::Get | Method::Head)
    }
}

impl Methods {
    /// Whether an address with these methods answers `method`. `OPTIONS` is the host's to answer.
    pub fn contains(self, method: Method) -> bool {
        match self {
            Methods::Read => method.reads(),
            Methods::Post => method == Method::Post,
            Methods::ReadAndPost => method.reads() || method == Method::Post,
        }
    }

    /// Whether the address answers `OPTIONS`: wherever it can be read.
    pub fn has_options(self) -> bool {
        self != Methods::Post
    }

    /// The field `Allow`.
    pub fn allow(self) -> &'static str {
        match self {
            Methods::Read => "GET, HEAD, OPTIONS",
            Methods::Post => "POST",
            Methods::ReadAndPost => "GET, HEAD, POST, OPTIONS",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Method, Methods};

    #[test]
    fn allow_names_the_methods_that_are_answered() {
        const NAMES: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];
        for methods in [Methods::Read, Methods::Post, Methods::ReadAndPost] {
            for name in NAMES {
                let method = Method::parse(name);
                let is_answered = methods.contains(method) || (method == Method::Options && methods.has_options());
                assert_eq!(
                    methods.allow().split(", ").any(|allowed| allowed == name),
                    is_answered,
                    "{methods:?} {name}"
                );
            }
        }
    }

    #[test]
    fn a_method_in_lower_case_is_another_method() {
        assert_eq!(Method::parse("get"), Method::Other);
        assert_eq!(Method::parse("BREW"), Method::Other);
    }
}
