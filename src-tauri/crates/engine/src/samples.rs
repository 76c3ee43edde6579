//! The sample contracts: written for Countersign, so that the first review needs no file.

/// Name and PDF of each; made from the sources beside them by `cargo xtask make-pdf`.
pub(crate) const SAMPLES: &[(&str, &[u8])] = &[
    (
        "Sample - one-sided SaaS agreement.pdf",
        include_bytes!("../samples/one-sided-saas.pdf"),
    ),
    (
        "Sample - balanced services agreement.pdf",
        include_bytes!("../samples/balanced-services.pdf"),
    ),
];
