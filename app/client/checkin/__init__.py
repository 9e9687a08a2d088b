"""What the settings ask for between the device check and the exam: face, calibration, still pictures, scans."""
