//! Prints one certificate: `print CREDENTIAL.json URL OUT.pdf [TIMES]`, timing it when asked to repeat.

use cheti_print::{Kit, Page, Printer};
use std::error::Error;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (paths, times) = match arguments.as_slice() {
        [paths @ .., times] if paths.len() == 3 => (paths, times.parse()?),
        paths => (paths, 1_u32),
    };
    let [credential, qr_url, out] = paths else {
        return Err("usage: print CREDENTIAL.json URL OUT.pdf [TIMES]".into());
    };
    let credential_json = std::fs::read(credential)?;
    let printer = Printer::new(&Kit::default())?;
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
    println!(
        "{:.0} a second",
        f64::from(times) / start.elapsed().as_secs_f64()
    );
    Ok(())
}
