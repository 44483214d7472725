//! The parameters that the API knows, a closed set: a parameter that is added without being read or written does not compile.
//! Finds them in a query string; their values are for `value.rs`.

use std::borrow::Cow;

use crate::query::error::ParameterError;
use web::decode_form;

/// A parameter of a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parameter {
    Category,
    MinPrice,
    MaxPrice,
    InStock,
    Brand,
    Collection,
    OnSale,
    MinRating,
    /// `option.` and the name of an option.
    Option,
    /// `attr.` and the name of an attribute.
    Attribute,
    Search,
    Page,
    PageSize,
    Sort,
    Include,
    /// The text of the suggestions.
    Suggest,
}

/// A parameter as it is found in a query string.
pub(super) struct Found<'q> {
    pub(super) parameter: Parameter,
    /// The name of the option or the attribute; empty for every other parameter.
    pub(super) of: Cow<'q, str>,
    pub(super) value: Result<Cow<'q, str>, ParameterError>,
}

/// Puts `&` before every parameter but the first.
#[derive(Default)]
pub(super) struct Separator {
    is_behind: bool,
}

impl Parameter {
    /// The parameters of a listing, in canonical order.
    pub(super) const LISTING: [Parameter; 15] = [
        Parameter::Category,
        Parameter::MinPrice,
        Parameter::MaxPrice,
        Parameter::InStock,
        Parameter::Brand,
        Parameter::Collection,
        Parameter::OnSale,
        Parameter::MinRating,
        Parameter::Option,
        Parameter::Attribute,
        Parameter::Search,
        Parameter::Page,
        Parameter::PageSize,
        Parameter::Sort,
        Parameter::Include,
    ];

    /// What its name begins with, where the rest is a name of the catalog's.
    pub(super) fn prefix(self) -> Option<&'static str> {
        match self {
            Parameter::Option => Some("option."),
            Parameter::Attribute => Some("attr."),
            _ => None,
        }
    }

    /// Whether it may be given several times, each with another value.
    fn may_repeat(self) -> bool {
        matches!(
            self,
            Parameter::Category | Parameter::Brand | Parameter::Collection | Parameter::Option | Parameter::Attribute
        )
    }

    /// Whether a name in a URL is this parameter's, and what follows its prefix.
    fn matches(self, name: &str) -> Option<&str> {
        match self.prefix() {
            Some(prefix) => name.strip_prefix(prefix).filter(|rest| !rest.is_empty()),
            None => (name == self.name()).then_some(""),
        }
    }

    /// Its name in the URL, and in errors.
    pub(super) fn name(self) -> &'static str {
        match self {
            Parameter::Category => "category",
            Parameter::MinPrice => "minPrice",
            Parameter::MaxPrice => "maxPrice",
            Parameter::InStock => "inStock",
            Parameter::Brand => "brand",
            Parameter::Collection => "collection",
            Parameter::OnSale => "onSale",
            Parameter::MinRating => "minRating",
            Parameter::Option => "option.<name>",
            Parameter::Attribute => "attr.<name>",
            Parameter::Search => "search",
            Parameter::Page => "page",
            Parameter::PageSize => "pageSize",
            Parameter::Sort => "sort",
            Parameter::Include => "include",
            Parameter::Suggest => "q",
        }
    }

    /// A value without the white space that a shopper may type around a text.
    pub(super) fn trimmed(self, value: &str) -> &str {
        match self {
            Parameter::Search | Parameter::Suggest => value.trim(),
            _ => value,
        }
    }

    /// Refuses a second value, unless the parameter may repeat.
    pub(super) fn once(self, seen: &mut Vec<Parameter>) -> Result<(), ParameterError> {
        if seen.contains(&self) && !self.may_repeat() {
            return Err(ParameterError::Repeated { parameter: self.name() });
        }
        seen.push(self);
        Ok(())
    }
}

impl Separator {
    /// Begins a parameter.
    pub(super) fn name<'o>(&mut self, name: &str, out: &'o mut String) -> &'o mut String {
        if core::mem::replace(&mut self.is_behind, true) {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        out
    }
}

/// The pairs of a query string whose name is that of one of these parameters; a broken value of another parameter is no error.
pub(super) fn known<'q>(query_string: &'q str, among: &'static [Parameter]) -> impl Iterator<Item = Found<'q>> {
    let find = |name: Cow<'q, str>| {
        among.iter().copied().find_map(|parameter| {
            let of = parameter.matches(&name)?;
            let of = if of.is_empty() { Cow::Borrowed("") } else { Cow::Owned(of.to_owned()) };
            Some((parameter, of))
        })
    };
    decode_form(query_string).filter_map(move |pair| match pair {
        Ok((name, value)) => find(name).map(|(parameter, of)| Found { parameter, of, value: Ok(value) }),
        Err(error) => {
            let (parameter, of) = find(error.parameter?)?;
            Some(Found { parameter, of, value: Err(ParameterError::Undecodable { parameter: parameter.name() }) })
        }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Parameter, known};
    use crate::model::currency::Currency;
    use crate::query::Query;

    /// A value that is not the default, for each parameter.
    fn sample(parameter: Parameter) -> &'static str {
        match parameter {
            Parameter::Category
            | Parameter::Brand
            | Parameter::Collection
            | Parameter::Option
            | Parameter::Attribute
            | Parameter::Search
            | Parameter::Suggest => "Mugs",
            Parameter::MinRating => "3.5",
            Parameter::OnSale => "true",
            Parameter::MinPrice => "1.5",
            Parameter::MaxPrice => "2.5",
            Parameter::InStock => "false",
            Parameter::Page => "2",
            Parameter::PageSize => "7",
            Parameter::Sort => "price-asc",
            Parameter::Include => "facets",
        }
    }

    #[test]
    fn every_parameter_of_a_listing_sets_its_own_part_of_the_query_and_comes_back() {
        let mut queries = BTreeSet::new();
        for parameter in Parameter::LISTING {
            let name = parameter.prefix().map_or(parameter.name().to_owned(), |prefix| format!("{prefix}Size"));
            let text = format!("{name}={}", sample(parameter));
            let query = Query::parse(&text, Currency::default()).unwrap();
            assert_eq!(query.canonical(), text);
            assert_eq!(query.facets, parameter == Parameter::Include, "{text}");
            queries.insert(format!("{query:?}"));
        }
        assert_eq!(queries.len(), Parameter::LISTING.len(), "two parameters set the same");
    }

    #[test]
    fn a_parameter_that_a_listing_does_not_have_is_never_read_as_another_one() {
        let mut query = Query::default();
        assert_eq!(query.set(Parameter::Suggest, "", "facets"), Ok(()));
        assert_eq!(query, Query::default());
        assert_eq!(known("q=facets", &Parameter::LISTING).count(), 0);
        assert_eq!(Query::parse("q=facets&includes=facets&Include=facets", Currency::default()), Ok(Query::default()));
    }
}
