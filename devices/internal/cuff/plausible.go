package cuff

// Plausible reports whether three pressures in mmHg can be those of a living adult (cuffs.md section 14.2). The mean is the
// device's own; where it gives none, none is computed.
func Plausible(systolic, diastolic, mean int) bool {
	return diastolic >= 30 && diastolic < mean && mean < systolic && systolic <= 300
}

// PlausibleRate reports the same of a pulse rate in 1/min.
func PlausibleRate(rate int) bool { return rate >= 20 && rate <= 300 }
