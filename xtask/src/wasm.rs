//! A compiled module as a file: the bytes of each crate in it, and the same module without the names of its functions.
//! It reads sections alone; the runtime judges the validity of the code.

use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::{Context, Result};
use wasmparser::{Data, DataKind, KnownCustom, Name, Operator, Parser, Payload};

/// The magic number and the version that every module begins with.
const PREAMBLE: usize = 8;

/// Functions of the bindings, of the compiler's own library, and those that no rule attributes.
const BINDINGS: &str = "wasm-bindgen";
const INTRINSICS: &str = "compiler_builtins";
const UNNAMED: &str = "(unnamed)";
/// Where the methods of slices, texts and numbers are.
const CORE: &str = "core";

/// What a module consists of, in bytes before compression.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Parts {
    /// Code by crate. A function belongs to the crate that its path names first: `<catalog::Query as Debug>::fmt` to `catalog`,
    /// `Vec<catalog::Query>::push` to `alloc`.
    pub(crate) crates: BTreeMap<String, u64>,
    /// Data segments without the catalog's index.
    pub(crate) data: u64,
    /// Types, imports, tables, exports and the frames of sections.
    pub(crate) sections: u64,
}

/// Measures a module that has kept its names, and in which `index` is embedded.
pub(crate) fn measure(module: &[u8], index: &[u8]) -> Result<Parts> {
    let mut imported = 0;
    let mut bodies = Vec::new();
    let mut names = BTreeMap::new();
    let mut segments = Vec::new();
    let mut names_bytes = 0;
    for payload in Parser::new(0).parse_all(module) {
        match payload.context("the module is damaged")? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import.context("the module's imports are damaged")?;
                    imported += u32::from(matches!(import.ty, wasmparser::TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(length(&body.range())),
            Payload::DataSection(section) => {
                for segment in section {
                    segments.push(segment.context("the module's data is damaged")?);
                }
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(reader) = section.as_known() {
                    names_bytes = length(&section.range());
                    functions(reader, &mut names)?;
                }
            }
            _ => {}
        }
    }
    let mut parts = Parts { data: data_without(&segments, index)?, ..Parts::default() };
    for (position, bytes) in bodies.iter().enumerate() {
        let name = names.get(&(imported + u32::try_from(position)?)).copied().unwrap_or_default();
        *parts.crates.entry(owner(name)).or_default() += bytes;
    }
    let code: u64 = bodies.iter().sum();
    let data: u64 = segments.iter().map(|segment| segment.data.len() as u64).sum();
    parts.sections = (module.len() as u64).saturating_sub(code + data + names_bytes);
    Ok(parts)
}

/// The module without the custom section `name`; every other byte stays.
pub(crate) fn without_names(module: &[u8]) -> Result<Vec<u8>> {
    let mut kept = module.get(..PREAMBLE).context("the module is cut short")?.to_vec();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.context("the module is damaged")?;
        if matches!(&payload, Payload::CustomSection(section) if section.name() == "name") {
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
            let contents = module.get(range).context("a section ends behind the module")?;
            kept.push(id);
            write_length(&mut kept, contents.len());
            kept.extend_from_slice(contents);
        }
    }
    Ok(kept)
}

/// The names of functions by their number.
fn functions<'a>(reader: wasmparser::NameSectionReader<'a>, names: &mut BTreeMap<u32, &'a str>) -> Result<()> {
    for subsection in reader {
        if let Name::Function(map) = subsection.context("the module's names are damaged")? {
            for naming in map {
                let naming = naming.context("the module's names are damaged")?;
                names.insert(naming.index, naming.name);
            }
        }
    }
    Ok(())
}

/// The crate that a function belongs to.
fn owner(name: &str) -> String {
    let path = format!("{:#}", rustc_demangle::demangle(name));
    let Some((before, _)) = path.split_once("::") else {
        let is_binding =
            path.starts_with("__wbindgen") || path.starts_with("__externref") || path.contains("Externref");
        let is_intrinsic = path.starts_with("mem") || path.starts_with("__");
        return if is_binding || path.ends_with(" shim") {
            BINDINGS
        } else if is_intrinsic {
            INTRINSICS
        } else {
            UNNAMED
        }
        .to_owned();
    };
    // The bindings leave the number of a crate in its name: `dlmalloc[e24a27700634d609]`.
    let before = before.rsplit_once('[').filter(|(_, rest)| rest.ends_with(']')).map_or(before, |(before, _)| before);
    // Of `<&mut catalog` the last word. The methods of types without a crate, as in `<[T]>::sort`, are the core library's.
    let last = before.rsplit(|letter: char| !is_identifier(letter)).next().unwrap_or_default();
    if last.is_empty() { CORE.to_owned() } else { last.to_owned() }
}

fn is_identifier(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The bytes of all segments but those that hold the index. The optimiser leaves long runs of zeros out, so the index may lie in
/// several segments.
fn data_without(segments: &[Data], index: &[u8]) -> Result<u64> {
    let mut memory = Vec::new();
    let mut places = Vec::new();
    for segment in segments {
        let Some(start) = address(segment)? else { continue };
        let place = start..start + segment.data.len();
        if memory.len() < place.end {
            memory.resize(place.end, 0);
        }
        memory.get_mut(place.clone()).context("a segment lies behind the memory")?.copy_from_slice(segment.data);
        places.push(place);
    }
    let all: usize = segments.iter().map(|segment| segment.data.len()).sum();
    let held = find(&memory, index).map_or(0, |found| {
        let found = found..found + index.len();
        places.iter().map(|place| found.end.min(place.end).saturating_sub(found.start.max(place.start))).sum()
    });
    Ok(all.saturating_sub(held) as u64)
}

/// Where a segment lies in memory; nothing for one that no instruction has placed yet.
fn address(segment: &Data) -> Result<Option<usize>> {
    let DataKind::Active { offset_expr, .. } = &segment.kind else { return Ok(None) };
    let operator = offset_expr.get_operators_reader().read().context("a segment's address is damaged")?;
    let Operator::I32Const { value } = operator else { return Ok(None) };
    Ok(Some(usize::try_from(value.cast_unsigned())?))
}

/// Where `wanted` begins.
fn find(memory: &[u8], wanted: &[u8]) -> Option<usize> {
    // The last bytes may be zeros that no segment holds.
    let wanted = wanted.get(..=wanted.iter().rposition(|byte| *byte != 0)?)?;
    memory.windows(wanted.len()).position(|window| window == wanted)
}

fn length(range: &Range<u64>) -> u64 {
    range.end.saturating_sub(range.start)
}

/// A number as modules write it: seven bits a byte, the lowest first (LEB128).
fn write_length(out: &mut Vec<u8>, mut length: usize) {
    while length >= 0x80 {
        out.extend(u8::try_from(length & 0x7f).map(|low| low | 0x80));
        length >>= 7;
    }
    out.extend(u8::try_from(length));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One imported function, two of its own (`catalog::a` of 3 bytes and `__wbindgen_free` of 2), and two data segments
    /// with `INDEX` around a hole of zeros.
    fn module() -> Vec<u8> {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        let mut section = |id: u8, contents: &[u8]| {
            module.push(id);
            write_length(&mut module, contents.len());
            module.extend_from_slice(contents);
        };
        section(1, b"\x01\x60\0\0");
        section(2, b"\x01\x01e\x01f\0\0");
        section(3, b"\x02\0\0");
        section(5, b"\x01\0\x01");
        section(10, b"\x02\x03\0\x01\x0b\x02\0\x0b");
        section(11, b"\x02\0\x41\x08\x0b\x05abIND\0\x41\x10\x0b\x04EX!?");
        section(0, b"\x04name\x01\x1e\x02\x01\x0acatalog::a\x02\x0f__wbindgen_free");
        module
    }

    const INDEX: &[u8] = b"IND\0\0\0EX";

    #[test]
    fn bytes_belong_to_crates_and_the_index_to_none() {
        let module = module();
        let parts = measure(&module, INDEX).unwrap();
        assert_eq!(parts.crates, [("catalog".to_owned(), 3), ("wasm-bindgen".to_owned(), 2)].into());
        // `ab` and `!?`.
        assert_eq!(parts.data, 4);
        assert_eq!(parts.sections, module.len() as u64 - 5 - 9 - 37);
    }

    #[test]
    fn a_module_without_names_is_the_same_otherwise() {
        let module = module();
        let stripped = without_names(&module).unwrap();
        assert!(Parser::new(0).parse_all(&stripped).all(|payload| payload.is_ok()));
        assert_eq!(stripped, module[..module.len() - 39]);
        assert_eq!(without_names(&stripped).unwrap(), stripped);
        assert!(without_names(b"\0asm").is_err());
    }

    #[test]
    fn functions_have_owners() {
        #[track_caller]
        fn check(name: &str, expect: &str) {
            assert_eq!(owner(name), expect, "{name}");
        }
        check("catalog::query::parse", "catalog");
        check("<catalog::Query as core::fmt::Debug>::fmt", "catalog");
        check("<&mut catalog::Query as core::fmt::Debug>::fmt", "catalog");
        check("<alloc::vec::Vec<catalog::Query> as core::ops::drop::Drop>::drop", "alloc");
        check("core::ptr::drop_in_place<catalog::Query>", "core");
        check("<T as core::convert::Into<U>>::into", "core");
        check("_RNvCs1234_7mycrate3foo", "mycrate");
        check("_ZN4core3fmt5write17h0123456789abcdefE", "core");
        check("<() as serde_core::Serialize>::serialize", "serde_core");
        check("__wbindgen_malloc", "wasm-bindgen");
        check("memcpy", "compiler_builtins");
        check("__multi3", "compiler_builtins");
        check(
            "<dlmalloc[e24a27700634d609]::dlmalloc::Dlmalloc<dlmalloc[e24a27700634d609]::sys::System>>::malloc",
            "dlmalloc",
        );
        check("<[T]>::sort_by", "core");
        check("fetch externref shim", "wasm-bindgen");
        check("Ref(String) -> Externref catch wrapper", "wasm-bindgen");
        check("fetch", "(unnamed)");
        check("", "(unnamed)");
    }
}
