"""New patients: clicks in, masks and lesions out."""
