//! The elements of a JSON array, one at a time: finds where each one ends without holding more than that one.
//! Leaves what stands in an element to `serde_json`; only the array around it is read here.

use core::fmt;
use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::input::{Halt, Text};
use crate::build::problem::Rule;

/// Reads an array of products, or the one array of products in an object.
pub(in crate::build) struct Elements<'a> {
    text: Text<'a>,
    place: Place,
    longest: usize,
    state: State,
    /// The names of the arrays in the object around them: the one with products, and whether there was an empty one.
    array: Option<String>,
    has_empty_array: bool,
    is_in_object: bool,
}

/// A place in the text, both counted from 1, columns in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::build) struct Place {
    pub(in crate::build) line: usize,
    pub(in crate::build) column: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    FirstElement,
    NextElement,
    Member { is_first: bool },
    End,
}

/// The members of an object in their order, with those that stand twice.
pub(in crate::build) struct Members<'a>(pub(in crate::build) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Elements<'a> {
    pub(in crate::build) fn new(text: Text<'a>, longest: usize) -> Elements<'a> {
        let place = Place { line: 1, column: 1 };
        Elements { text, place, longest, state: State::Start, array: None, has_empty_array: false, is_in_object: false }
    }

    /// Puts the next element into `element` and says where it starts.
    pub(in crate::build) fn next(&mut self, element: &mut Vec<u8>) -> Result<Option<Place>, Halt> {
        element.clear();
        loop {
            match self.state {
                State::Start => self.start()?,
                State::Member { is_first } => self.member(is_first)?,
                State::FirstElement => {
                    if self.peek()? == Some(b']') {
                        self.end_array();
                    } else {
                        return self.element(element);
                    }
                }
                State::NextElement => match self.peek()? {
                    Some(b',') => {
                        self.skip();
                        return self.element(element);
                    }
                    Some(b']') => self.end_array(),
                    _ => return Err(self.syntax("expected `,` or `]`")),
                },
                State::End => {
                    return if self.peek()?.is_none() { Ok(None) } else { Err(self.syntax("trailing characters")) };
                }
            }
        }
    }

    pub(in crate::build) fn text(&self) -> &Text<'a> {
        &self.text
    }

    fn start(&mut self) -> Result<(), Halt> {
        let first = self.peek()?;
        self.state = match first {
            Some(b'[') => State::FirstElement,
            Some(b'{') => State::Member { is_first: true },
            Some(_) => return Err(self.refuse(Rule::NotAnArray)),
            None => return Err(self.syntax("the file is empty")),
        };
        self.is_in_object = first == Some(b'{');
        self.skip();
        Ok(())
    }

    /// One member of the object around the products; whatever is no array of objects is passed over.
    fn member(&mut self, is_first: bool) -> Result<(), Halt> {
        match self.peek()? {
            Some(b'}') if self.array.is_some() || self.has_empty_array => {
                self.skip();
                self.state = State::End;
                return Ok(());
            }
            Some(b'}') => return Err(self.refuse(Rule::NotAnArray)),
            Some(b',') if !is_first => self.skip(),
            _ if is_first => {}
            _ => return Err(self.syntax("expected `,` or `}`")),
        }
        self.state = State::Member { is_first: false };
        if self.peek()? != Some(b'"') {
            return Err(self.syntax("expected the name of a member"));
        }
        let mut name = Vec::new();
        self.value(Some(&mut name))?;
        if self.peek()? != Some(b':') {
            return Err(self.syntax("expected `:`"));
        }
        self.skip();
        if self.peek()? != Some(b'[') {
            return self.value(None);
        }
        self.skip();
        match (self.peek()?, &self.array) {
            (Some(b']'), _) => {
                self.has_empty_array = true;
                self.skip();
                Ok(())
            }
            (Some(b'{'), None) => {
                self.array = Some(serde_json::from_slice(&name).unwrap_or_default());
                self.state = State::FirstElement;
                Ok(())
            }
            (Some(b'{'), Some(first)) => {
                let (first, second) = (first.clone(), serde_json::from_slice(&name).unwrap_or_default());
                Err(self.refuse(Rule::SeveralArrays { first, second }))
            }
            _ => self.rest_of_array(),
        }
    }

    /// Passes over an array whose bracket is read already.
    fn rest_of_array(&mut self) -> Result<(), Halt> {
        loop {
            self.value(None)?;
            match self.peek()? {
                Some(b',') => self.skip(),
                Some(b']') => {
                    self.skip();
                    return Ok(());
                }
                _ => return Err(self.syntax("expected `,` or `]`")),
            }
            self.peek()?;
        }
    }

    fn element(&mut self, element: &mut Vec<u8>) -> Result<Option<Place>, Halt> {
        match self.peek()? {
            None => return Err(self.syntax("the file ends inside the list")),
            Some(b']') => return Err(self.syntax("trailing comma")),
            Some(_) => {}
        }
        let place = self.place;
        self.value(Some(element))?;
        self.state = State::NextElement;
        Ok(Some(place))
    }

    fn end_array(&mut self) {
        self.skip();
        self.state = if self.is_in_object { State::Member { is_first: false } } else { State::End };
    }

    /// Takes one value as far as its brackets and quotes tell.
    fn value(&mut self, mut into: Option<&mut Vec<u8>>) -> Result<(), Halt> {
        let start = self.place;
        let mut scan = Scan::default();
        loop {
            let piece = self.text.fill(self.place.line)?;
            if piece.is_empty() {
                return match scan {
                    // A number at the very end; what is missing after it is said by whoever looks for it.
                    Scan { depth: 0, is_in_text: false, has_begun: true, .. } => Ok(()),
                    _ => Err(Halt::Refused { line: start.line, rule: Rule::Unfinished }),
                };
            }
            let end = scan.end(piece);
            let part = piece.get(..end.unwrap_or(piece.len())).unwrap_or_default();
            self.place.pass(part);
            if let Some(into) = &mut into {
                if into.len() + part.len() > self.longest {
                    let rule = Rule::RecordTooLong { maximum: self.longest };
                    return Err(Halt::Refused { line: start.line, rule });
                }
                into.extend_from_slice(part);
            }
            let used = part.len();
            self.text.consume(used);
            if end.is_some() {
                // A value without any character: a comma or bracket where one was expected.
                return if scan.has_begun { Ok(()) } else { Err(self.syntax("expected a value")) };
            }
        }
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Result<Option<u8>, Halt> {
        loop {
            let piece = self.text.fill(self.place.line)?;
            if piece.is_empty() {
                return Ok(None);
            }
            let spaces = piece.iter().position(|byte| !is_space(*byte));
            let part = piece.get(..spaces.unwrap_or(piece.len())).unwrap_or_default();
            self.place.pass(part);
            let (used, next) = (part.len(), spaces.and_then(|place| piece.get(place)).copied());
            self.text.consume(used);
            if next.is_some() {
                return Ok(next);
            }
        }
    }

    /// Passes over the byte that was peeked at.
    fn skip(&mut self) {
        self.place.column += 1;
        self.text.consume(1);
    }

    fn syntax(&self, message: &str) -> Halt {
        let Place { line, column } = self.place;
        self.refuse(Rule::Syntax { line, column, message: message.to_owned() })
    }

    fn refuse(&self, rule: Rule) -> Halt {
        Halt::Refused { line: self.place.line, rule }
    }
}

impl Place {
    /// The place after these bytes.
    pub(in crate::build) fn pass(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            self.line += 1;
            self.column = 1;
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        self.column += rest.len();
    }
}

/// Where in a value a scan stands.
#[derive(Default)]
struct Scan {
    depth: usize,
    is_in_text: bool,
    is_escaped: bool,
    has_begun: bool,
}

impl Scan {
    /// Where the value ends in this piece, if it does.
    fn end(&mut self, piece: &[u8]) -> Option<usize> {
        for (place, byte) in piece.iter().copied().enumerate() {
            if self.is_in_text {
                match byte {
                    _ if self.is_escaped => self.is_escaped = false,
                    b'\\' => self.is_escaped = true,
                    b'"' => {
                        self.is_in_text = false;
                        if self.depth == 0 {
                            return Some(place + 1);
                        }
                    }
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' if self.depth == 0 && self.has_begun => return Some(place),
                b'"' => self.is_in_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => match self.depth.checked_sub(1) {
                    None => return Some(place),
                    Some(0) => return Some(place + 1),
                    Some(depth) => self.depth = depth,
                },
                b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => return Some(place),
                _ => {}
            }
            self.has_begun = true;
        }
        None
    }
}

/// How deep lists and objects lie in each other; texts are passed over.
pub(in crate::build) fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest, mut is_in_text, mut is_escaped) = (0_usize, 0, false, false);
    for byte in json.iter().copied() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_in_text => is_escaped = true,
            b'"' => is_in_text = !is_in_text,
            b'{' | b'[' if !is_in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !is_in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

pub(in crate::build) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((Name(name), value)) = map.next_entry()? {
            members.push((name, value));
        }
        Ok(Members(members))
    }
}

/// A name that borrows where it holds no escape; `Cow` alone never would.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }
}
