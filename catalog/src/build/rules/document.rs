//! A `search.toml` as it is written, and its rules in the form of the index.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use super::fault::{Placed, RulesFault, check_id};
use super::limits::{
    MAX_GROUPS, MAX_PATH, MAX_PRODUCTS, MAX_REDIRECTS, MAX_RULES, MAX_STOP_WORDS, MAX_SYNONYMS, MAX_TEXT, MAX_TEXTS,
};
use crate::index::rules::{Kind, PHRASE_LIMIT, Written, push_ids, push_text};
use crate::text::phrases;

/// The longest name of a collection.
const MAX_COLLECTION: usize = 120;

type Text = Spanned<String>;
type Texts = Spanned<Vec<Text>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    #[serde(default)]
    synonyms: Vec<Texts>,
    #[serde(default)]
    stop_words: Vec<Text>,
    #[serde(default)]
    one_way: Vec<OneWay>,
    #[serde(default)]
    redirects: BTreeMap<Text, Text>,
    #[serde(default, rename = "rule")]
    rules: Vec<Spanned<Rule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OneWay {
    from: Text,
    to: Texts,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    query: Option<Text>,
    collection: Option<Text>,
    #[serde(default)]
    pin: Vec<Text>,
    #[serde(default)]
    boost: Vec<Text>,
    #[serde(default)]
    demote: Vec<Text>,
}

/// The texts that stand for each one, as keys.
type Synonyms = BTreeMap<String, Vec<String>>;

impl Document {
    /// Checks the rules and puts them where the index has them.
    ///
    /// `named` gets an error for each product, collection and page that the rules name; it applies if the shop lacks that name.
    pub(super) fn compile(&self, rules: &mut Written, named: &mut Vec<Placed>) -> Result<(), Placed> {
        let synonyms = self.synonyms()?;
        for (from, to) in synonyms {
            let payload = rules.entry((Kind::Synonyms, from)).or_default();
            for text in &to {
                push_text(payload, text);
            }
        }
        let all = 0..self.stop_words.last().map_or(0, |last| last.span().end);
        count("stop words", 0, MAX_STOP_WORDS, self.stop_words.len()).map_err(at(&all, "stop_words"))?;
        for (number, word) in (1..).zip(&self.stop_words) {
            let place = at(&word.span(), &format!("stop_words[{number}]"));
            let stop_word = words(word.get_ref()).and_then(|(key, words)| match words {
                1 => Ok(key),
                words => Err(RulesFault::NotOneWord { words }),
            });
            put(rules, (Kind::StopWord, stop_word.map_err(&place)?), word.get_ref(), Vec::new()).map_err(&place)?;
        }
        let all = self.redirects.last_key_value().map_or(0..0, |(key, _)| key.span());
        count("redirects", 0, MAX_REDIRECTS, self.redirects.len()).map_err(at(&all, "redirects"))?;
        for (text, path) in &self.redirects {
            let name = format!("redirects.{}", text.get_ref());
            let (key, _) = words(text.get_ref()).map_err(at(&text.span(), &name))?;
            let address = checked_path(path.get_ref()).map_err(at(&path.span(), &name))?;
            let payload = address.as_bytes().to_vec();
            put(rules, (Kind::Redirect, key), text.get_ref(), payload).map_err(at(&text.span(), &name))?;
            named.push(at(&path.span(), &name)(RulesFault::UnknownPage { path: address.to_owned() }));
        }
        for (text, path) in &self.redirects {
            let name = format!("redirects.{}", text.get_ref());
            let is_redirect = |key: String| rules.contains_key(&(Kind::Redirect, key));
            if searched(path.get_ref()).is_some_and(|text| is_redirect(phrases::key(&text))) {
                let fault = RulesFault::Onward { path: path.get_ref().clone() };
                return Err(at(&path.span(), &name)(fault));
            }
        }
        let all = self.rules.last().map_or(0..0, Spanned::span);
        count("rules", 0, MAX_RULES, self.rules.len()).map_err(at(&all, "rule"))?;
        for (number, rule) in (1..).zip(&self.rules) {
            rule.get_ref().compile(&rule.span(), &format!("rule[{number}]"), rules, named)?;
        }
        Ok(())
    }

    /// All synonyms, of groups and of single directions.
    fn synonyms(&self) -> Result<Synonyms, Placed> {
        let mut synonyms = Synonyms::new();
        let all = self.synonyms.last().map_or(0..0, Spanned::span);
        count("groups of synonyms", 0, MAX_GROUPS, self.synonyms.len()).map_err(at(&all, "synonyms"))?;
        for (number, group) in (1..).zip(&self.synonyms) {
            let name = format!("synonyms[{number}]");
            let keys = keys(group, 2, &name)?;
            for (place, key) in keys.iter().enumerate() {
                let others = keys.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, key)| key);
                add(&mut synonyms, key, others).map_err(at(&group.span(), &name))?;
            }
        }
        let all = self.one_way.last().map_or(0..0, |last| last.from.span());
        count("directions", 0, MAX_GROUPS, self.one_way.len()).map_err(at(&all, "one_way"))?;
        for (number, OneWay { from, to }) in (1..).zip(&self.one_way) {
            let name = format!("one_way[{number}].from");
            let key = phrase(from.get_ref()).map_err(at(&from.span(), &name))?;
            let name = format!("one_way[{number}].to");
            let keys = keys(to, 1, &name)?;
            let same = keys.contains(&key).then(|| RulesFault::Twice { text: from.get_ref().clone() });
            same.map_or(Ok(()), Err).map_err(at(&to.span(), &name))?;
            add(&mut synonyms, &key, keys.iter()).map_err(at(&to.span(), &name))?;
        }
        Ok(synonyms)
    }
}

impl Rule {
    fn compile(
        &self,
        span: &core::ops::Range<usize>,
        name: &str,
        rules: &mut Written,
        named: &mut Vec<Placed>,
    ) -> Result<(), Placed> {
        let (target, key, text) = match (&self.query, &self.collection) {
            (Some(query), None) => {
                let place = at(&query.span(), &format!("{name}.query"));
                (query, (Kind::Query, words(query.get_ref()).map_err(place)?.0), "query")
            }
            (None, Some(collection)) => {
                let place = at(&collection.span(), &format!("{name}.collection"));
                let checked = checked_collection(collection.get_ref()).map_err(&place)?;
                named.push(place(RulesFault::UnknownCollection { name: checked.clone() }));
                (collection, (Kind::Collection, checked), "collection")
            }
            _ => return Err(at(span, name)(RulesFault::Target)),
        };
        let mut payload = Vec::new();
        let mut seen = BTreeSet::new();
        for (list, ids) in [("pin", &self.pin), ("boost", &self.boost), ("demote", &self.demote)] {
            let place = at(&ids.first().map_or(span.clone(), Spanned::span), &format!("{name}.{list}"));
            count("products", 0, MAX_PRODUCTS, ids.len()).map_err(place)?;
            for (number, id) in (1..).zip(ids) {
                let place = at(&id.span(), &format!("{name}.{list}[{number}]"));
                check_id(id.get_ref()).map_err(&place)?;
                let is_new = seen.insert(id.get_ref().as_str());
                is_new.then_some(()).ok_or_else(|| place(RulesFault::Twice { text: id.get_ref().clone() }))?;
                named.push(place(RulesFault::UnknownProduct { id: id.get_ref().clone() }));
            }
            push_ids(&mut payload, &ids.iter().map(|id| id.get_ref().clone()).collect::<Vec<_>>());
        }
        if seen.is_empty() {
            return Err(at(span, name)(RulesFault::NoProduct));
        }
        put(rules, key, target.get_ref(), payload).map_err(at(&target.span(), &format!("{name}.{text}")))
    }
}

/// Says where a fault is.
fn at(span: &core::ops::Range<usize>, key: &str) -> impl Fn(RulesFault) -> Placed + use<> {
    let (span, key) = (span.clone(), key.to_owned());
    move |fault| Placed { span: span.clone(), key: key.clone(), fault }
}

fn count(things: &'static str, least: usize, most: usize, count: usize) -> Result<(), RulesFault> {
    let fits = (least..=most).contains(&count);
    fits.then_some(()).ok_or(RulesFault::Count { things, least, most, count })
}

/// A text as rules name it, and how many words it has.
fn words(text: &str) -> Result<(String, usize), RulesFault> {
    let characters = text.chars().count();
    if characters > MAX_TEXT {
        return Err(RulesFault::TextTooLong { characters });
    }
    let key = phrases::key(text);
    let words = key.split(' ').count();
    if key.is_empty() { Err(RulesFault::NoWord { text: text.to_owned() }) } else { Ok((key, words)) }
}

/// A text that stands for others, or others for it.
fn phrase(text: &str) -> Result<String, RulesFault> {
    let (key, words) = words(text)?;
    if words > PHRASE_LIMIT { Err(RulesFault::TooManyWords { words }) } else { Ok(key) }
}

/// A list of such texts, each but once.
fn keys(texts: &Texts, least: usize, name: &str) -> Result<Vec<String>, Placed> {
    count("texts", least, MAX_TEXTS, texts.get_ref().len()).map_err(at(&texts.span(), name))?;
    let mut keys: Vec<String> = Vec::new();
    for (number, text) in (1..).zip(texts.get_ref()) {
        let place = at(&text.span(), &format!("{name}[{number}]"));
        let key = phrase(text.get_ref()).map_err(&place)?;
        if keys.contains(&key) {
            return Err(place(RulesFault::Twice { text: text.get_ref().clone() }));
        }
        keys.push(key);
    }
    Ok(keys)
}

/// Adds texts that stand for one; those of several groups come together.
fn add<'k>(synonyms: &mut Synonyms, key: &str, others: impl Iterator<Item = &'k String>) -> Result<(), RulesFault> {
    let own = synonyms.entry(key.to_owned()).or_default();
    for other in others {
        if !own.contains(other) {
            own.push(other.clone());
        }
    }
    count("synonyms of one text", 0, MAX_SYNONYMS, own.len())
}

/// Puts a rule that is the only one of its key.
fn put(rules: &mut Written, key: (Kind, String), text: &str, payload: Vec<u8>) -> Result<(), RulesFault> {
    let before = rules.insert(key, payload);
    before.map_or(Ok(()), |_| Err(RulesFault::Twice { text: text.to_owned() }))
}

fn checked_path(path: &str) -> Result<&str, RulesFault> {
    let is_visible = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>');
    let is_path = path.starts_with('/') && !path.starts_with("//") && path.len() <= MAX_PATH;
    let is_path = is_path && path.bytes().all(is_visible);
    is_path.then_some(path).ok_or_else(|| RulesFault::Path { path: path.to_owned() })
}

/// The search text of a redirect that leads to the listing, directly or through the page of a brand or a collection, which keeps the rest of
/// the query. Ignores a trailing slash and empty values, as the shop does.
fn searched(path: &str) -> Option<String> {
    let (page, query) = path.split('#').next()?.split_once('?')?;
    let page = page.strip_suffix('/').unwrap_or(page);
    let leads_there = page == "/products" || page.starts_with("/brands/") || page.starts_with("/collections/");
    let texts = web::decode_form(query).flatten().filter(|(name, _)| name == "search");
    texts.map(|(_, text)| text.trim().to_owned()).find(|text| leads_there && !text.is_empty())
}

fn checked_collection(name: &str) -> Result<String, RulesFault> {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_name = (1..=MAX_COLLECTION).contains(&name.len()) && name.bytes().all(is_allowed);
    if is_name { Ok(name.to_owned()) } else { Err(RulesFault::Collection { name: name.to_owned() }) }
}
