//! Pictures and PDF files for the tests, made on the spot: a printed sheet with a code, and what cameras and scanners do to it.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma};
use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use qrcode::{Color, EcLevel, QrCode};

/// A text of the usual length: version 11 at level Q with two segments.
pub(super) fn code_text() -> String {
    format!(
        "https://v.nc4.example/#9{}",
        "3141592653589793238462643".repeat(14).get(..345).unwrap()
    )
}

/// The code's modules, row by row, true is dark, with its side.
pub(super) fn modules(text: &str) -> (usize, Vec<bool>) {
    let code = QrCode::with_error_correction_level(text, EcLevel::Q).unwrap();
    (
        code.width(),
        code.to_colors()
            .into_iter()
            .map(|color| color == Color::Dark)
            .collect(),
    )
}

/// A grey sheet, `width` × `height`, white, with the code of `text` drawn `side` pixels wide at (`x`, `y`) and some lines of "writing".
pub(super) fn sheet(width: u32, height: u32, codes: &[(&str, f64, f64, f64)]) -> GrayImage {
    let mut sheet = GrayImage::from_pixel(width, height, Luma([255]));
    for line in 0..6 {
        let (y, right) = (height / 3 + line * height / 20, width * 2 / 3);
        for x in (width / 10..right).filter(|x| !(x / 7).is_multiple_of(3)) {
            (y..y + height / 80).for_each(|y| sheet.put_pixel(x, y, Luma([30])));
        }
    }
    for &(text, left, top, side) in codes {
        let (count, dark) = modules(text);
        let module = side / count as f64;
        let covered = |start: f64, pixel: f64| ((pixel + 0.5 - start) / module).floor();
        for (x, y, pixel) in sheet.enumerate_pixels_mut() {
            let (column, row) = (covered(left, f64::from(x)), covered(top, f64::from(y)));
            let inside = |index: f64| index >= -4.0 && index < count as f64 + 4.0;
            if inside(column) && inside(row) {
                let on_code = |index: f64| index >= 0.0 && index < count as f64;
                let is_dark =
                    on_code(column) && on_code(row) && dark[row as usize * count + column as usize];
                *pixel = Luma([if is_dark { 20 } else { 255 }]);
            }
        }
    }
    sheet
}

/// An A4 landscape page with one 35 mm code at its lower right, at `dpi`.
pub(super) fn page(dpi: f64) -> GrayImage {
    let mm = dpi / 25.4;
    sheet(
        (297.0 * mm) as u32,
        (210.0 * mm) as u32,
        &[(&code_text(), 240.3 * mm, 155.7 * mm, 35.0 * mm)],
    )
}

/// Small reproducible random numbers (Knuth's 64-bit linear congruential generator).
pub(super) struct Lcg(pub(super) u64);

impl Lcg {
    pub(super) fn next(&mut self) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }
}

/// Random bytes.
pub(super) fn random_bytes(seed: u64, count: usize) -> Vec<u8> {
    Lcg(seed).bytes(count)
}

/// The sheet seen through a plane-to-plane map: each pixel of the result is looked up, blended, at `source(x, y)`.
fn mapped(
    sheet: &GrayImage,
    width: u32,
    height: u32,
    source: impl Fn(f64, f64) -> (f64, f64),
) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| {
        let (x, y) = source(f64::from(x), f64::from(y));
        let at = |x: f64, y: f64| {
            let inside = x >= 0.0
                && y >= 0.0
                && x < f64::from(sheet.width())
                && y < f64::from(sheet.height());
            if inside {
                f64::from(sheet.get_pixel(x as u32, y as u32).0[0])
            } else {
                190.0
            }
        };
        let (fx, fy) = (x - x.floor(), y - y.floor());
        let (left, top) = (x.floor(), y.floor());
        let upper = at(left, top) * (1.0 - fx) + at(left + 1.0, top) * fx;
        let lower = at(left, top + 1.0) * (1.0 - fx) + at(left + 1.0, top + 1.0) * fx;
        Luma([(upper * (1.0 - fy) + lower * fy) as u8])
    })
}

/// Turned about its middle, on a canvas large enough.
pub(super) fn rotated(sheet: &GrayImage, degrees: f64) -> GrayImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (w, h) = (f64::from(sheet.width()), f64::from(sheet.height()));
    let (nw, nh) = (w * cos.abs() + h * sin.abs(), w * sin.abs() + h * cos.abs());
    mapped(sheet, nw as u32, nh as u32, |x, y| {
        let (x, y) = (x - nw / 2.0, y - nh / 2.0);
        (x * cos + y * sin + w / 2.0, y * cos - x * sin + h / 2.0)
    })
}

/// Held at a slant: the far edge is narrower by `tilt` (0.2 = 20 %).
pub(super) fn slanted(sheet: &GrayImage, tilt: f64) -> GrayImage {
    let (w, h) = (f64::from(sheet.width()), f64::from(sheet.height()));
    mapped(sheet, sheet.width(), sheet.height(), |x, y| {
        let depth = 1.0 + tilt * (1.0 - y / h);
        ((x - w / 2.0) * depth + w / 2.0, h - (h - y) * depth)
    })
}

/// Sensor noise of up to ±`strength` grey levels.
pub(super) fn noisy(sheet: &GrayImage, strength: i32, seed: u64) -> GrayImage {
    let mut random = Lcg(seed);
    let mut sheet = sheet.clone();
    for pixel in sheet.pixels_mut() {
        let offset = (random.next() % (2 * strength as u32 + 1)) as i32 - strength;
        pixel.0[0] = (i32::from(pixel.0[0]) + offset).clamp(0, 255) as u8;
    }
    sheet
}

/// Out of focus: the mean of a (2 `radius` + 1)² square.
pub(super) fn blurred(sheet: &GrayImage, radius: i64) -> GrayImage {
    let along = |picture: &GrayImage, dx: i64, dy: i64| {
        let (w, h) = (i64::from(picture.width()), i64::from(picture.height()));
        GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
            let at = |step: i64| {
                let (x, y) = (i64::from(x) + dx * step, i64::from(y) + dy * step);
                u32::from(
                    picture
                        .get_pixel(x.clamp(0, w - 1) as u32, y.clamp(0, h - 1) as u32)
                        .0[0],
                )
            };
            Luma([((-radius..=radius).map(at).sum::<u32>() / (2 * radius + 1) as u32) as u8])
        })
    };
    along(&along(sheet, 1, 0), 0, 1)
}

/// Weak and uneven light: contrast kept to `percent`, darker towards the right.
pub(super) fn dim(sheet: &GrayImage, percent: u32) -> GrayImage {
    GrayImage::from_fn(sheet.width(), sheet.height(), |x, y| {
        let light = 150 - 60 * x / sheet.width();
        Luma([
            (light - (255 - u32::from(sheet.get_pixel(x, y).0[0])) * light * percent / 100 / 255)
                as u8,
        ])
    })
}

/// The picture as the bytes of a file.
pub(super) fn encoded(sheet: &GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    sheet.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PDF under construction: an A4 landscape page tree whose parts tests add.
pub(super) struct PdfBuilder {
    pub(super) document: Document,
    pages: Vec<Object>,
    pub(super) catalog: Dictionary,
}

impl PdfBuilder {
    pub(super) fn new() -> Self {
        Self {
            document: Document::with_version("1.7"),
            pages: Vec::new(),
            catalog: dictionary! { "Type" => "Catalog" },
        }
    }

    /// Adds a page drawn by `operations`.
    pub(super) fn page(mut self, operations: Vec<Operation>, resources: Dictionary) -> Self {
        let mut stream = Stream::new(Dictionary::new(), Content { operations }.encode().unwrap());
        stream.compress().unwrap();
        let contents = self.document.add_object(stream);
        let page = dictionary! { "Type" => "Page", "Contents" => contents, "Resources" => resources, "MediaBox" => vec![0.into(), 0.into(), 842.into(), 595.into()] };
        self.pages.push(self.document.add_object(page).into());
        self
    }

    /// Adds a page with the code of `text` as filled rectangles, 35 mm wide.
    pub(super) fn vector_code(self, text: &str) -> Self {
        let (count, dark) = modules(text);
        let module = 99.2 / count as f32;
        let mut operations = vec![Operation::new(
            "rg",
            vec![0.1.into(), 0.1.into(), 0.2.into()],
        )];
        for index in (0..count * count).filter(|&index| dark[index]) {
            let (x, y) = (
                700.0 + (index % count) as f32 * module,
                140.0 - (index / count) as f32 * module,
            );
            operations.push(Operation::new(
                "re",
                vec![x.into(), y.into(), module.into(), module.into()],
            ));
        }
        operations.push(Operation::new("f", vec![]));
        self.page(operations, Dictionary::new())
    }

    /// Adds a page that is one scanned picture.
    pub(super) fn scan(mut self, picture: Stream) -> Self {
        let picture = self.document.add_object(picture);
        let place = vec![
            842.into(),
            0.into(),
            0.into(),
            595.into(),
            0.into(),
            0.into(),
        ];
        let operations = vec![
            Operation::new("cm", place),
            Operation::new("Do", vec!["Im0".into()]),
        ];
        self.page(
            operations,
            dictionary! { "XObject" => dictionary! { "Im0" => picture } },
        )
    }

    /// Attaches a file in the tree of embedded files and as an associated file.
    pub(super) fn attach(mut self, name: &str, file: Stream) -> Self {
        let file = self.document.add_object(file);
        let specification = self.document.add_object(dictionary! {
            "Type" => "Filespec", "F" => Object::string_literal(name), "UF" => Object::string_literal(name),
            "AFRelationship" => "Source", "EF" => dictionary! { "F" => file, "UF" => file },
        });
        let tree =
            dictionary! { "Names" => vec![Object::string_literal(name), specification.into()] };
        self.catalog
            .set("Names", dictionary! { "EmbeddedFiles" => tree });
        self.catalog.set("AF", vec![specification.into()]);
        self
    }

    /// The file's bytes.
    pub(super) fn bytes(mut self) -> Vec<u8> {
        let count = self.pages.len() as i64;
        let pages = self.document.add_object(
            dictionary! { "Type" => "Pages", "Kids" => self.pages.clone(), "Count" => count },
        );
        for page in &self.pages {
            self.document
                .get_dictionary_mut(page.as_reference().unwrap())
                .unwrap()
                .set("Parent", pages);
        }
        self.catalog.set("Pages", pages);
        let catalog = self.document.add_object(self.catalog);
        self.document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        self.document.save_to(&mut bytes).unwrap();
        bytes
    }
}

/// A scanned page as a PDF picture.
pub(super) fn scanned(sheet: &GrayImage, jpeg: bool) -> Stream {
    let mut dict = dictionary! {
        "Type" => "XObject", "Subtype" => "Image", "Width" => i64::from(sheet.width()), "Height" => i64::from(sheet.height()),
        "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8,
    };
    if jpeg {
        dict.set("Filter", "DCTDecode");
        return Stream::new(dict, encoded(sheet, ImageFormat::Jpeg));
    }
    let mut stream = Stream::new(dict, sheet.as_raw().clone());
    stream.compress().unwrap();
    stream
}

/// `count` zero bytes, compressed.
pub(super) fn bomb(count: usize) -> Stream {
    let mut stream = Stream::new(Dictionary::new(), vec![0; count]);
    stream.compress().unwrap();
    stream
}
