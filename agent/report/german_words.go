package report

// germanWord has the names of vitals and alerts, and the words of the public contract that a report shows. It stays whole, as a
// catalogue is read.
func germanWord(english string) string {
	switch english {
	case "Pulse rate":
		return "Pulsfrequenz"
	case "SpO2":
		return "SpO2"
	case "Perfusion index":
		return "Perfusionsindex"
	case "Cuff pressure":
		return "Manschettendruck"
	case "Pleth":
		return "Pleth"
	case "pulse rate":
		return "Pulsfrequenz"
	case "blood pressure":
		return "Blutdruck"
	case "spo2":
		return "SpO2"
	case "perfusion index":
		return "Perfusionsindex"
	case "Blood pressure above baseline":
		return "Blutdruck über dem Ausgangswert"
	case "Blood pressure far above baseline":
		return "Blutdruck weit über dem Ausgangswert"
	case "Blood pressure still raised":
		return "Blutdruck noch erhöht"
	case "Critically low SpO2":
		return "SpO2 bedrohlich niedrig"
	case "Elevated blood pressure":
		return "Erhöhter Blutdruck"
	case "Extreme hypertension":
		return "Extreme Hypertonie"
	case "Extremely high heart rate":
		return "Extrem hohe Herzfrequenz"
	case "Extremely low blood pressure":
		return "Extrem niedriger Blutdruck"
	case "Extremely low heart rate":
		return "Extrem niedrige Herzfrequenz"
	case "Heart rate above baseline":
		return "Herzfrequenz über dem Ausgangswert"
	case "Heart rate raised":
		return "Herzfrequenz erhöht"
	case "High heart rate":
		return "Hohe Herzfrequenz"
	case "Low SpO2":
		return "Niedrige SpO2"
	case "Low blood pressure":
		return "Niedriger Blutdruck"
	case "Low heart rate":
		return "Niedrige Herzfrequenz"
	case "Severe hypertension":
		return "Schwere Hypertonie"
	case "SpO2 drifting down":
		return "SpO2 sinkt langsam"
	case "Symptom":
		return "Symptom"
	case "Device not connected":
		return "Gerät nicht verbunden"
	case "Device silent":
		return "Gerät stumm"
	case "Sensor off":
		return "Sensor ab"
	case "Poor signal":
		return "Schlechtes Signal"
	case "Damaged data":
		return "Beschädigte Daten"
	case "Blood pressure not measured":
		return "Blutdruck nicht gemessen"
	case "Values frozen":
		return "Werte eingefroren"
	case "Nurses not reachable":
		return "Pflege nicht erreichbar"
	case "No nurse's screen is on":
		return "Kein Bildschirm der Pflege ist an"
	case "Alert was not delivered":
		return "Alarm nicht zugestellt"
	case "Monitoring has stopped":
		return "Überwachung steht"
	case "Blood pressure overdue":
		return "Blutdruck überfällig"
	case "Blood pressure missed":
		return "Blutdruck versäumt"
	case "No baseline":
		return "Kein Ausgangswert"
	case "Limits not clinically approved":
		return "Grenzen nicht klinisch freigegeben"
	case "Configuration":
		return "Konfiguration"
	case "Monitoring was interrupted":
		return "Überwachung war unterbrochen"
	case "Clock was changed":
		return "Uhr wurde verstellt"
	case "Disk full":
		return "Datenträger voll"
	case "Record cannot be written":
		return "Aufzeichnung nicht möglich"
	case "Computer runs on battery":
		return "Rechner läuft auf Batterie"
	case "Battery of the computer is low":
		return "Batterie des Rechners ist schwach"
	case "Test alert":
		return "Testalarm"
	case "high":
		return "hoch"
	case "medium":
		return "mittel"
	case "low":
		return "niedrig"
	case "information":
		return "Hinweis"
	case "preparation":
		return "Vorbereitung"
	case "baseline":
		return "Ausgangswerte"
	case "dosing":
		return "Gabe"
	case "onset":
		return "Anflutung"
	case "peak":
		return "Höhepunkt"
	case "return":
		return "Rückkehr"
	case "recovery":
		return "Erholung"
	case "ended":
		return "beendet"
	case "transient":
		return "vorübergehend"
	case "sustained":
		return "anhaltend"
	case "persistent":
		return "fortbestehend"
	case "intranasal":
		return "nasal"
	case "intravenous":
		return "intravenös"
	case "intramuscular":
		return "intramuskulär"
	case "sublingual":
		return "sublingual"
	case "oral":
		return "oral"
	case "uncontrolled hypertension":
		return "unbehandelter Bluthochdruck"
	case "psychosis":
		return "Psychose"
	case "mania":
		return "Manie"
	case "substance history":
		return "frühere Abhängigkeit"
	case "MAOI or stimulants":
		return "MAO-Hemmer oder Stimulanzien"
	case "hypertension history":
		return "Bluthochdruck in der Vorgeschichte"
	case "escort present":
		return "Begleitung anwesend"
	case "yes":
		return "ja"
	case "no":
		return "nein"
	case "predose":
		return "vor der Gabe"
	case "discharge":
		return "vor dem Gehen"
	case "sensor off":
		return "Sensor ab"
	case "finger out":
		return "Finger nicht im Sensor"
	case "searching":
		return "sucht"
	case "artifact":
		return "Bewegung oder Störung"
	case "low perfusion":
		return "schwache Durchblutung"
	case "out of range":
		return "außerhalb des Messbereichs"
	case "sensor fault":
		return "Sensor defekt"
	case "held value":
		return "gehaltener Wert"
	case "stale":
		return "veraltet"
	case "not received":
		return "nicht empfangen"
	case "sensor disconnected":
		return "Sensor nicht verbunden"
	case "search timeout":
		return "Suche erfolglos"
	case "marginal perfusion":
		return "mäßige Durchblutung"
	case "weak signal":
		return "schwaches Signal"
	case "out of track":
		return "Signal verloren"
	case "ambient light":
		return "Fremdlicht"
	case "low battery":
		return "Batterie schwach"
	case "device alarm":
		return "Alarm des Geräts"
	case "device alarm silenced":
		return "Alarm des Geräts stumm"
	case "high quality":
		return "gute Qualität"
	case "session begun":
		return "Sitzung begonnen"
	case "uncovered":
		return "ohne erreichte Pflege begonnen"
	case "phase changed":
		return "Phase gewechselt"
	case "baseline missing":
		return "Ausgangswert fehlt"
	case "dose":
		return "Gabe"
	case "infusion ended":
		return "Infusion beendet"
	case "note":
		return "Notiz"
	case "symptom":
		return "Symptom"
	case "symptom over":
		return "Symptom vorbei"
	case "override":
		return "Ausnahme"
	case "confirmed":
		return "bestätigt"
	case "pause":
		return "Pause"
	case "pause ended":
		return "Pause beendet"
	case "reading due":
		return "Messung fällig"
	case "reading overdue":
		return "Messung überfällig"
	case "reading missed":
		return "Messung versäumt"
	case "reading":
		return "Messung"
	case "reading failed":
		return "Messung misslungen"
	case "episode began":
		return "Erhöhung begonnen"
	case "episode class":
		return "Erhöhung neu eingestuft"
	case "episode over":
		return "Erhöhung vorbei"
	case "gate":
		return "Freigabe"
	case "observation reached":
		return "Beobachtungszeit erreicht"
	case "session ended":
		return "Sitzung beendet"
	case "agent started":
		return "Programm gestartet"
	case "agent stopped":
		return "Programm beendet"
	case "cuff start":
		return "Manschette gestartet"
	case "cuff stop":
		return "Manschette gestoppt"
	case "clock step":
		return "Uhr verstellt"
	case "audio paused":
		return "Ton pausiert"
	case "alarms paused":
		return "Alarme pausiert"
	case "resumed":
		return "fortgesetzt"
	case "alarm off":
		return "Alarm abgeschaltet"
	case "alarm on":
		return "Alarm eingeschaltet"
	case "station":
		return "Station"
	case "duty":
		return "Dienst"
	case "reach test":
		return "Erreichbarkeitstest"
	case "access changed":
		return "Zugang geändert"
	case "configuration":
		return "Konfiguration"
	case "schedule":
		return "Zeitplan"
	case "page":
		return "Raumseite"
	case "nats":
		return "NATS"
	case "demo":
		return "Vorführung"
	case "room sound":
		return "Ton im Raum"
	case "next person":
		return "nächste Person"
	case "everyone":
		return "alle"
	}
	return ""
}
