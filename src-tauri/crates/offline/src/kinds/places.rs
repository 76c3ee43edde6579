//! Places whose law a contract may choose, as contracts write them.

use crate::pattern::rx;

/// A place found in folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) name: &'static str,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// As written in folded text, and the name shown. Longer spellings stand before shorter ones.
const PLACES: [(&str, &str); 130] = [
    ("england and wales", "England and Wales"),
    ("england & wales", "England and Wales"),
    ("hong kong", "Hong Kong"),
    ("people's republic of china", "People's Republic of China"),
    ("prc", "People's Republic of China"),
    ("p.r.c", "People's Republic of China"),
    ("republic of china", "Taiwan"),
    ("r.o.c", "Taiwan"),
    ("taiwan", "Taiwan"),
    ("china", "People's Republic of China"),
    ("chinese", "People's Republic of China"),
    ("district of columbia", "District of Columbia"),
    ("alabama", "Alabama"),
    ("alaska", "Alaska"),
    ("arizona", "Arizona"),
    ("arkansas", "Arkansas"),
    ("california", "California"),
    ("colorado", "Colorado"),
    ("connecticut", "Connecticut"),
    ("delaware", "Delaware"),
    ("florida", "Florida"),
    ("georgia", "Georgia"),
    ("hawaii", "Hawaii"),
    ("idaho", "Idaho"),
    ("illinois", "Illinois"),
    ("indiana", "Indiana"),
    ("iowa", "Iowa"),
    ("kansas", "Kansas"),
    ("kentucky", "Kentucky"),
    ("louisiana", "Louisiana"),
    ("maine", "Maine"),
    ("maryland", "Maryland"),
    ("massachusetts", "Massachusetts"),
    ("michigan", "Michigan"),
    ("minnesota", "Minnesota"),
    ("mississippi", "Mississippi"),
    ("missouri", "Missouri"),
    ("montana", "Montana"),
    ("nebraska", "Nebraska"),
    ("nevada", "Nevada"),
    ("new hampshire", "New Hampshire"),
    ("new jersey", "New Jersey"),
    ("new mexico", "New Mexico"),
    ("new york", "New York"),
    ("north carolina", "North Carolina"),
    ("north dakota", "North Dakota"),
    ("ohio", "Ohio"),
    ("oklahoma", "Oklahoma"),
    ("oregon", "Oregon"),
    ("pennsylvania", "Pennsylvania"),
    ("rhode island", "Rhode Island"),
    ("south carolina", "South Carolina"),
    ("south dakota", "South Dakota"),
    ("tennessee", "Tennessee"),
    ("texas", "Texas"),
    ("utah", "Utah"),
    ("vermont", "Vermont"),
    ("west virginia", "West Virginia"),
    ("virginia", "Virginia"),
    ("washington", "Washington"),
    ("wisconsin", "Wisconsin"),
    ("wyoming", "Wyoming"),
    ("puerto rico", "Puerto Rico"),
    ("british columbia", "British Columbia"),
    ("alberta", "Alberta"),
    ("ontario", "Ontario"),
    ("quebec", "Quebec"),
    ("manitoba", "Manitoba"),
    ("saskatchewan", "Saskatchewan"),
    ("nova scotia", "Nova Scotia"),
    ("new brunswick", "New Brunswick"),
    ("canada", "Canada"),
    ("new south wales", "New South Wales"),
    ("queensland", "Queensland"),
    ("victoria", "Victoria"),
    ("western australia", "Western Australia"),
    ("south australia", "South Australia"),
    ("australia", "Australia"),
    ("new zealand", "New Zealand"),
    ("papua new guinea", "Papua New Guinea"),
    ("england", "England"),
    ("english", "England"),
    ("wales", "Wales"),
    ("northern ireland", "Northern Ireland"),
    ("scotland", "Scotland"),
    ("scottish", "Scotland"),
    ("ireland", "Ireland"),
    ("irish", "Ireland"),
    ("united kingdom", "United Kingdom"),
    ("germany", "Germany"),
    ("german", "Germany"),
    ("france", "France"),
    ("french", "France"),
    ("netherlands", "Netherlands"),
    ("dutch", "Netherlands"),
    ("switzerland", "Switzerland"),
    ("swiss", "Switzerland"),
    ("sweden", "Sweden"),
    ("swedish", "Sweden"),
    ("norway", "Norway"),
    ("denmark", "Denmark"),
    ("finland", "Finland"),
    ("belgium", "Belgium"),
    ("luxembourg", "Luxembourg"),
    ("austria", "Austria"),
    ("italy", "Italy"),
    ("italian", "Italy"),
    ("spain", "Spain"),
    ("portugal", "Portugal"),
    ("poland", "Poland"),
    ("greece", "Greece"),
    ("cyprus", "Cyprus"),
    ("israel", "Israel"),
    ("israeli", "Israel"),
    ("india", "India"),
    ("japan", "Japan"),
    ("republic of korea", "Republic of Korea"),
    ("korea", "Republic of Korea"),
    ("singapore", "Singapore"),
    ("malaysia", "Malaysia"),
    ("south africa", "South Africa"),
    ("kazakhstan", "Kazakhstan"),
    ("russian federation", "Russian Federation"),
    ("brazil", "Brazil"),
    ("mexico", "Mexico"),
    ("argentina", "Argentina"),
    ("bermuda", "Bermuda"),
    ("cayman islands", "Cayman Islands"),
    ("british virgin islands", "British Virgin Islands"),
    ("united states", "United States"),
];

/// The places named in folded text, in order. The federal law of the United States beside a state's is
/// no choice of its own, so a state stands before it.
pub(super) fn find_places(lower: &str) -> Vec<Place> {
    let pattern = rx!(&format!(r"\b(?:{})\b", {
        let mut alternatives: Vec<&str> = PLACES.iter().map(|(written, _)| *written).collect();
        alternatives.sort_by_key(|written| std::cmp::Reverse(written.len()));
        alternatives.join("|").replace('.', r"\.")
    }));
    let mut places: Vec<Place> = pattern
        .find_iter(lower)
        .filter_map(|hit| {
            let written: String = hit.as_str().chars().filter(|c| *c != '\x01').collect();
            let (_, name) = PLACES.iter().find(|(known, _)| *known == written)?;
            Some(Place {
                name,
                start: hit.start(),
                end: hit.end(),
            })
        })
        .collect();
    places.sort_by_key(|place| (place.name == "United States", place.start));
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::fold;

    #[test]
    fn a_state_stands_before_the_federal_law_and_a_long_name_before_a_short_one() {
        let cases = [
            (
                "the laws of the United States and the State of Florida",
                "Florida",
            ),
            ("the laws of England and Wales", "England and Wales"),
            (
                "the People’s Republic of China",
                "People's Republic of China",
            ),
            ("the laws of West Virginia", "West Virginia"),
            ("the laws of the United States of America", "United States"),
        ];
        for (text, expect) in cases {
            let found = find_places(&fold(text));
            assert_eq!(found.first().map(|p| p.name), Some(expect), "{text}");
        }
    }
}
