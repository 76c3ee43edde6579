//! XML parts to a tree of elements.
//!
//! No document type is read and no entity but the five that XML itself knows, so nothing outside the
//! part can be named and nothing in it can multiply. The tree is of bounded depth, so that walking it
//! may recurse.

use std::collections::HashMap;
use std::rc::Rc;

use encoding_rs::{Encoding, UTF_8};
use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;

use crate::error::ReadError;

/// Deepest nesting. Each level of a table in a cell takes four, and Word refuses to nest that deep.
const DEEPEST: usize = 400;
/// Most elements and texts of one part.
const MOST_NODES: usize = 6_000_000;

/// An element. Names are written with the prefix that is usual for their namespace (`w:p`,
/// `text:list`), whatever the file's own is; attributes without one.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub name: Rc<str>,
    pub attributes: Vec<(Rc<str>, Box<str>)>,
    pub children: Vec<Node>,
}

/// A child of an element.
#[derive(Debug)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| &**key == name);
        found.map(|(_, value)| &**value)
    }

    /// The elements directly within it.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element of this name directly within it.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| &*element.name == name)
    }

    /// An attribute of the first element of this name directly within it.
    pub fn value(&self, child: &str, attribute: &str) -> Option<&str> {
        self.child(child)?.attribute(attribute)
    }

    /// All text within it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.push_text(&mut text);
        text
    }

    fn push_text(&self, text: &mut String) {
        for child in &self.children {
            match child {
                Node::Element(element) => element.push_text(text),
                Node::Text(own) => text.push_str(own),
            }
        }
    }

    /// Every element of this name within it, at any depth, in order.
    pub fn descendants<'e>(&'e self, name: &str, found: &mut Vec<&'e Element>) {
        for element in self.elements() {
            if &*element.name == name {
                found.push(element);
            }
            element.descendants(name, found);
        }
    }
}

/// Reads a part; its root element.
pub(crate) fn parse(bytes: &[u8]) -> Result<Element, ReadError> {
    let encoding = Encoding::for_bom(bytes).map_or(UTF_8, |(encoding, _)| encoding);
    let (text, _, _) = encoding.decode(bytes);
    let mut reader = NsReader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    let mut names = Names::default();
    let mut open: Vec<Element> = vec![Element::default()];
    let mut nodes = 0_usize;
    loop {
        nodes += 1;
        if nodes > MOST_NODES {
            return Err(ReadError::OutOfLimits { what: "memory" });
        }
        let (namespace, event) = match reader.read_resolved_event() {
            Ok(read) => read,
            Err(_) => return Err(ReadError::Damaged),
        };
        match event {
            Event::Start(start) => {
                if open.len() > DEEPEST {
                    return Err(ReadError::TooDeep);
                }
                let element = element_of(&start, &namespace, &mut names)?;
                open.push(element);
            }
            Event::End(_) => {
                let Some(done) = open.pop() else {
                    return Err(ReadError::Damaged);
                };
                match open.last_mut() {
                    Some(parent) => parent.children.push(Node::Element(done)),
                    None => return Err(ReadError::Damaged),
                }
            }
            Event::Text(text) => push_text(&mut open, &text.xml10_content()),
            Event::CData(text) => push_text(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => {
                let named = match &*reference {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => reference.resolve_char_ref().unwrap_or(None),
                };
                let Some(character) = named else {
                    return Err(ReadError::Entities);
                };
                push_text(&mut open, character.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) => return Err(ReadError::Entities),
            Event::Eof => break,
            _ => {}
        }
    }
    let root = match open.as_mut_slice() {
        [root] => std::mem::take(&mut root.children),
        _ => return Err(ReadError::Damaged),
    };
    let root = root.into_iter().find_map(|node| match node {
        Node::Element(element) => Some(element),
        Node::Text(_) => None,
    });
    root.ok_or(ReadError::Damaged)
}

fn push_text(open: &mut [Element], text: &str) {
    if let [_, .., element] = open {
        // Texts that follow one another, as references cut them, are joined.
        if let Some(Node::Text(last)) = element.children.last_mut() {
            last.push_str(text);
        } else {
            element.children.push(Node::Text(text.to_owned()));
        }
    }
}

fn element_of(
    start: &BytesStart<'_>,
    namespace: &ResolveResult<'_>,
    names: &mut Names,
) -> Result<Element, ReadError> {
    let qualified = start.name();
    let local = qualified.local_name();
    let local: &str = local.as_ref();
    let prefix = match namespace {
        ResolveResult::Bound(namespace) => usual_prefix(namespace.as_ref()),
        _ => None,
    };
    let name = match (prefix, qualified.prefix()) {
        (Some(""), _) | (None, None) => names.shared("", local),
        (Some(prefix), _) => names.shared(prefix, local),
        (None, Some(own)) => names.shared(own.as_ref(), local),
    };
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let Ok(attribute) = attribute else {
            return Err(ReadError::Damaged);
        };
        let key = attribute.key;
        if key.as_namespace_binding().is_some() {
            continue;
        }
        let local = key.local_name();
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .map_err(|_| ReadError::Entities)?;
        attributes.push((names.shared("", local.as_ref()), value.into()));
    }
    Ok(Element {
        name,
        attributes,
        children: Vec::new(),
    })
}

/// The prefix that is usual for a namespace; empty when its names are written without one.
fn usual_prefix(namespace: &str) -> Option<&'static str> {
    const USUAL: [(&str, &str); 17] = [
        ("/wordprocessingml/2006/main", "w"),
        ("/wordprocessingml/main", "w"),
        ("/officeDocument/2006/math", "m"),
        ("/officeDocument/math", "m"),
        ("/markup-compatibility/2006", "mc"),
        ("/package/2006/relationships", ""),
        ("/package/2006/content-types", ""),
        ("schemas-microsoft-com:vml", "v"),
        ("/office/word/2010/wordprocessingShape", "wps"),
        ("opendocument:xmlns:text:1.0", "text"),
        ("opendocument:xmlns:table:1.0", "table"),
        ("opendocument:xmlns:office:1.0", "office"),
        ("opendocument:xmlns:style:1.0", "style"),
        ("opendocument:xmlns:drawing:1.0", "draw"),
        ("opendocument:xmlns:manifest:1.0", "manifest"),
        ("purl.org/dc/elements/1.1/", "dc"),
        ("opendocument:xmlns:xsl-fo-compatible:1.0", "fo"),
    ];
    let found = USUAL.iter().find(|(end, _)| namespace.ends_with(end));
    found.map(|(_, prefix)| *prefix)
}

/// Names, each kept once.
#[derive(Default)]
struct Names(HashMap<String, Rc<str>>);

impl Names {
    fn shared(&mut self, prefix: &str, local: &str) -> Rc<str> {
        let whole = if prefix.is_empty() {
            local.to_owned()
        } else {
            format!("{prefix}:{local}")
        };
        if let Some(name) = self.0.get(&whole) {
            return Rc::clone(name);
        }
        let name: Rc<str> = whole.as_str().into();
        self.0.insert(whole, Rc::clone(&name));
        name
    }
}
