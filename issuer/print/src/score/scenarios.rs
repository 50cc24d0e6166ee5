//! The ways in which a certificate is read in life, and how often each is tried.

use super::camera::Camera;
use super::capture::{jpeg, low_light, noise};
use super::paper::{self, Scale};
use super::picture::Picture;
use super::random::Random;

/// One way of reading: the same harm in several variations.
pub(super) struct Scenario {
    pub(super) name: &'static str,
    pub(super) tries: u32,
    /// The picture of one variation.
    pub(super) picture: fn(&Region<'_>, &mut Random) -> Picture,
}

/// The sheet about the code.
pub(super) struct Region<'a> {
    pub(super) picture: &'a Picture,
    pub(super) scale: Scale,
}

/// How much a camera sees, in sides of the code: the code with its quiet zone, a little askew.
const FIELD: f32 = 1.4;
/// The same for a code turned by up to 45°.
const FIELD_TURNED: f32 = 1.7;
/// What a telephone held over a sheet gives a millimetre: a code of 35 mm is about 330 pixels wide.
const TELEPHONE: (f32, f32) = (8.8, 10.2);
/// What a messenger leaves of a photo of the whole page: A4 landscape about 1,600 to 2,100 pixels wide.
const SENT: (f32, f32) = (5.4, 7.0);
/// Pixels a millimetre of the frame in which a code of 35 mm is 300 to 350 pixels wide.
const ARMS_LENGTH: (f32, f32) = (8.6, 10.0);

impl Region<'_> {
    fn taken(&self, camera: Camera) -> Picture {
        self.of(self.picture, camera)
    }

    fn turned(&self, camera: Camera) -> Picture {
        camera.takes(
            self.picture,
            self.scale.per_mm,
            FIELD_TURNED * self.scale.code_mm,
        )
    }

    fn of(&self, paper: &Picture, camera: Camera) -> Picture {
        camera.takes(paper, self.scale.per_mm, FIELD * self.scale.code_mm)
    }

    /// As a telephone in fair light gives this paper: a good lens, little noise.
    fn photo(&self, paper: &Picture, random: &mut Random) -> Picture {
        let per_mm = random.between(TELEPHONE.0, TELEPHONE.1);
        let mut photo = self
            .of(paper, Camera::telephone(per_mm, random))
            .blurred(0.9);
        noise(&mut photo, 3.0, random);
        photo
    }
}

/// Every scenario, in the order of the report.
pub(super) const SCENARIOS: [Scenario; 13] = [
    Scenario {
        name: "clean, 150 dpi",
        tries: 6,
        picture: |region, random| region.taken(Camera::scanner(150.0, random)),
    },
    Scenario {
        name: "clean, 200 dpi",
        tries: 6,
        picture: |region, random| region.taken(Camera::scanner(200.0, random)),
    },
    Scenario {
        name: "clean, 300 dpi",
        tries: 6,
        picture: |region, random| region.taken(Camera::scanner(300.0, random)),
    },
    Scenario {
        name: "soft focus",
        tries: 16,
        picture: |region, random| {
            let photo = region.photo(region.picture, random);
            photo.blurred(random.between(0.9, 2.4))
        },
    },
    Scenario {
        name: "sensor noise",
        tries: 16,
        picture: |region, random| {
            let mut photo = region.photo(region.picture, random);
            noise(&mut photo, random.between(25.0, 90.0), random);
            photo
        },
    },
    Scenario {
        name: "crease",
        tries: 16,
        picture: |region, random| {
            let creased = paper::crease(region.picture, region.scale, random);
            region.photo(&creased, random)
        },
    },
    Scenario {
        name: "dirt",
        tries: 16,
        picture: |region, random| {
            let dirty = paper::dirt(region.picture, region.scale, random);
            region.photo(&dirty, random)
        },
    },
    Scenario {
        name: "low light",
        tries: 16,
        picture: |region, random| {
            let mut photo = region.photo(region.picture, random);
            low_light(&mut photo, random);
            photo
        },
    },
    Scenario {
        name: "copy of a copy",
        tries: 12,
        picture: |region, random| {
            let copy = paper::photocopy(region.picture, region.scale, random);
            region.of(&copy, Camera::scanner(200.0, random))
        },
    },
    Scenario {
        name: "JPEG, quality 8-35",
        tries: 12,
        picture: |region, random| {
            let per_mm = random.between(SENT.0, SENT.1);
            let photo = region.taken(Camera::telephone(per_mm, random)).blurred(0.5);
            jpeg(&photo, random.between(8.0, 36.0) as u32)
        },
    },
    Scenario {
        name: "turned 3-40°",
        tries: 12,
        picture: |region, random| {
            let turn = random.sign() * random.between(3.0, 40.0);
            let scanner = Camera::scanner(150.0, random);
            region.turned(Camera { turn, ..scanner })
        },
    },
    Scenario {
        name: "slanted 8-25°",
        tries: 12,
        picture: |region, random| {
            let per_mm = random.between(TELEPHONE.0, TELEPHONE.1);
            let slanted = Camera {
                turn: random.between(-15.0, 15.0),
                lean: random.between(8.0, 25.0),
                distance_mm: random.between(120.0, 220.0),
                ..Camera::telephone(per_mm, random)
            };
            let mut photo = region.turned(slanted).blurred(1.2);
            noise(&mut photo, 4.0, random);
            photo
        },
    },
    Scenario {
        name: "at arm's length",
        tries: 16,
        picture: |region, random| {
            let per_mm = random.between(ARMS_LENGTH.0, ARMS_LENGTH.1);
            let held = Camera::telephone(per_mm, random);
            let soft = random.between(0.9, 1.8);
            let mut photo = region.taken(held).blurred(soft);
            noise(&mut photo, random.between(4.0, 12.0), random);
            jpeg(&photo, random.between(40.0, 75.0) as u32)
        },
    },
];
