//! Names that were made to do harm: none leaves its place.

use countersign_tests::make_pdf;

use super::Program;

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_one_plain_name_whatever_was_sent() {
    let program = Program::held().await;
    let cases = [
        ("..%2F..%2Fetc%2Fpasswd.pdf", "passwd.pdf"),
        ("..%5C..%5Cboot.pdf", "boot.pdf"),
        ("C%3A%5Ca%5Csupply.pdf", "supply.pdf"),
        ("%2Fetc%2Fshadow", "shadow.pdf"),
        ("..", "contract.pdf"),
        ("", "contract.pdf"),
        ("a%0D%0ASet-Cookie%3A%20x.pdf", "a  Set-Cookie: x.pdf"),
        ("a%00b.pdf", "a b.pdf"),
    ];
    for (at, (given, expected)) in (0..).zip(cases) {
        let pdf = make_pdf::contract_of(1, at);
        let path = format!("/reviews?name={given}");
        let headers = [("Content-Type", "application/pdf")];
        let answer = program.ask_with("POST", &path, &headers, &pdf).await;
        assert_eq!(answer.json()["file"], expected, "{given}");
        assert!(answer.header("Set-Cookie").is_none());
    }
    let data = program.desk.folder.path().join("data");
    assert!(
        !data.join("passwd.pdf").exists() && !data.parent().unwrap().join("passwd.pdf").exists()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_in_a_form_is_treated_like_any_other() {
    let program = Program::held().await;
    let name = "../../x\u{202e}fdp.exe.pdf";
    let body = [
        b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"".as_slice(),
        name.as_bytes(),
        b"\"\r\nContent-Type: application/pdf\r\n\r\n",
        &make_pdf::contract_of(1, 1),
        b"\r\n--b--\r\n",
    ]
    .concat();
    let headers = [("Content-Type", "multipart/form-data; boundary=b")];
    let answer = program.ask_with("POST", "/reviews", &headers, &body).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    assert_eq!(answer.json()["file"], "x\u{202e}fdp.exe.pdf");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_neither_a_formula_nor_a_header_in_what_is_fetched() {
    let program = Program::new().await;
    let given = "%3Dcmd%7C'%20%2FC%20calc'!A0%0D%0ASet-Cookie%3A%20a%22%3B.pdf";
    let id = program.submit(given, &make_pdf::contract_of(1, 3)).await;
    let review = program.settled(&id).await;
    assert_eq!(review["state"], "completed", "{review}");
    let csv = program
        .ask("GET", &format!("/reviews/{id}/exports/csv"))
        .await;
    for cell in csv.text().lines().flat_map(|line| line.split(',')) {
        let bare = cell.trim_start_matches(['"', '\u{feff}']);
        assert!(!bare.starts_with(['=', '+', '@']), "{cell}");
    }
    for format in ["csv", "json", "md", "pdf", "xlsx"] {
        let file = program
            .ask("GET", &format!("/reviews/{id}/exports/{format}"))
            .await;
        assert_eq!(file.status, 200, "{format}");
        assert!(file.header("Set-Cookie").is_none());
        let disposition = file.header("Content-Disposition").unwrap();
        let plain = disposition.split('"').nth(1).unwrap();
        assert!(!plain.contains(['/', '\\', '\r', '\n']), "{disposition}");
        assert_eq!(disposition.matches('"').count(), 2, "{disposition}");
    }
}
