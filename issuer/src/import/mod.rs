//! Readers of spreadsheets as a training desk sends them: CSV and XLSX become a raw table.
