//! Prints one certificate: `print DESIGN LANGUAGE CREDENTIAL.json URL OUT.pdf [TIMES]`, timing it when asked to repeat, and
//! draws `OUT.png` beside it. DESIGN is the name of a built-in design or a file; three signatories sign.

use cheti_print::{Kit, Page, Printer, Signatory, built_in};
use std::error::Error;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (words, times) = match arguments.as_slice() {
        [words @ .., times] if words.len() == 5 => (words, times.parse()?),
        words => (words, 1_u32),
    };
    let [design, language, credential, qr_url, out] = words else {
        return Err("usage: print DESIGN LANGUAGE CREDENTIAL.json URL OUT.pdf [TIMES]".into());
    };
    let person = |name: &str, title: &str| Signatory {
        name: name.to_owned(),
        title: title.to_owned(),
        signature: None,
    };
    let kit = Kit {
        design: match built_in(design) {
            Some(svg) => svg.to_owned(),
            None => std::fs::read_to_string(design)?,
        },
        language: language.parse()?,
        crest: std::env::var_os("CREST").map(std::fs::read).transpose()?,
        partner_logo: std::env::var_os("LOGO").map(std::fs::read).transpose()?,
        signatories: vec![
            person("Dr Njeri Kamau", "Director General"),
            person("Eng. Ali Hassan", "Head of Training"),
            person("Grace Achieng", "Training partner"),
        ],
    };
    let credential_json = std::fs::read(credential)?;
    let printer = Printer::new(&kit)?;
    let page = Page {
        credential_json: &credential_json,
        qr_url,
        reprinted: None,
    };
    let start = Instant::now();
    for _ in 1..times {
        printer.print(&page)?;
    }
    std::fs::write(out, printer.print(&page)?)?;
    std::fs::write(
        out.replace(".pdf", ".png"),
        printer.preview_png(&page, 1600)?,
    )?;
    println!(
        "{:.0} a second",
        f64::from(times) / start.elapsed().as_secs_f64()
    );
    Ok(())
}
