//! Pages and structure to the bytes of a tagged PDF (PDF/UA-1).

use countersign_contracts::date::CivilDate;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Configuration, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node as TagNode, TagGroup, TagTree,
};
use krilla::text::{Font, TextDirection};
use krilla::{Document, SerializeSettings};

use super::fonts::Face;
use super::lines::Colour;
use super::paper::{Drawn, Node, Op, PAGE, Paper};

/// What the file says of itself.
pub(super) struct About {
    pub title: String,
    pub day: CivilDate,
    /// Names the document whatever its title.
    pub id: String,
}

/// Writes the pages; as PDF/UA-1 where they satisfy it, as plain tagged PDF where some text does not.
pub(super) fn render(paper: &Paper<'_>, about: &About) -> Result<Vec<u8>, KrillaError> {
    let accessible = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .unwrap_or_default();
    match render_as(paper, about, accessible) {
        Err(KrillaError::Validation(_)) => render_as(paper, about, Configuration::default()),
        done => done,
    }
}

fn render_as(
    paper: &Paper<'_>,
    about: &About,
    configuration: Configuration,
) -> Result<Vec<u8>, KrillaError> {
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let fonts = Face::ALL.map(|face| Font::new(face.file().into(), 0));
    let mut leaves: Vec<Vec<Identifier>> = vec![Vec::new(); paper.leaves];
    for drawn in &paper.pages {
        let Some(settings) = PageSettings::from_wh(PAGE.0, PAGE.1) else {
            continue;
        };
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for same in drawn.chunk_by(|a, b| a.leaf == b.leaf) {
            draw(&mut surface, same, &fonts, &mut leaves);
        }
        surface.finish();
        page.finish();
    }
    let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
    for node in paper.structure() {
        if let Some(node) = tagged(node, &mut leaves) {
            tree.push(node);
        }
    }
    document.set_tag_tree(tree);
    document.set_outline(outline(paper));
    document.set_metadata(metadata(about));
    document.finish()
}

fn draw(
    surface: &mut Surface<'_>,
    same: &[Drawn],
    fonts: &[Option<Font>; 3],
    leaves: &mut [Vec<Identifier>],
) {
    let leaf = same.first().and_then(|drawn| drawn.leaf);
    let tag = match leaf {
        Some(_) => ContentTag::Other,
        None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)),
    };
    let identifier = surface.start_tagged(tag);
    for drawn in same {
        match &drawn.op {
            Op::Text { x, y, style, text } => {
                let font = match style.face {
                    Face::Regular => &fonts[0],
                    Face::SemiBold => &fonts[1],
                    Face::Italic => &fonts[2],
                };
                if let Some(font) = font {
                    surface.set_fill(Some(fill(style.colour)));
                    surface.draw_text(
                        Point::from_xy(*x, *y),
                        font.clone(),
                        style.size,
                        text,
                        false,
                        TextDirection::LeftToRight,
                    );
                }
            }
            Op::Box {
                x,
                y,
                width,
                height,
                colour,
            } => {
                let mut path = PathBuilder::new();
                if let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) {
                    path.push_rect(rect);
                }
                if let Some(path) = path.finish() {
                    surface.set_fill(Some(fill(*colour)));
                    surface.draw_path(&path);
                }
            }
        }
    }
    surface.end_tagged();
    if let Some(identifiers) = leaf.and_then(|leaf| leaves.get_mut(leaf)) {
        identifiers.push(identifier);
    }
}

fn fill(Colour(red, green, blue): Colour) -> Fill {
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        ..Fill::default()
    }
}

fn tagged(node: &Node, leaves: &mut [Vec<Identifier>]) -> Option<TagNode> {
    match node {
        Node::Leaf(_) => None,
        Node::Group(tag, nodes) => {
            let mut group = TagGroup::new(tag.clone());
            for node in nodes {
                match node {
                    Node::Leaf(leaf) => {
                        let identifiers = leaves.get_mut(*leaf).map(std::mem::take);
                        for identifier in identifiers.unwrap_or_default() {
                            group.push(identifier);
                        }
                    }
                    Node::Group(..) => {
                        if let Some(child) = tagged(node, leaves) {
                            group.push(child);
                        }
                    }
                }
            }
            Some(group.into())
        }
    }
}

fn outline(paper: &Paper<'_>) -> Outline {
    let mut outline = Outline::new();
    for mark in &paper.outline {
        let place = XyzDestination::new(mark.page, Point::from_xy(0.0, mark.y));
        outline.push_child(OutlineNode::new(mark.text.clone(), place));
    }
    outline
}

fn metadata(about: &About) -> Metadata {
    let day = about.day;
    let date = DateTime::new(u16::try_from(day.year).unwrap_or(1970))
        .month(day.month)
        .day(day.day)
        .hour(0)
        .minute(0)
        .second(0)
        .utc_offset_hour(0)
        .utc_offset_minute(0);
    Metadata::new()
        .title(about.title.clone())
        .language("en".to_owned())
        .creator("Countersign".to_owned())
        .creation_date(date)
        .document_id(about.id.clone())
}
