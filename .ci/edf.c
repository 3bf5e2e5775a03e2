// Reads an EDF+ file with EDFlib and prints what it finds as a table: one line for each second with the values of the signals
// that have one a second, then the number of annotations. A value of -1 is none.
//
//	cc .ci/edf.c -ledf && ./a.out FILE
#include <edflib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
	static struct edf_hdr_struct header;
	if (argc != 2 || edfopen_file_readonly(argv[1], &header, EDFLIB_READ_ALL_ANNOTATIONS) != 0) {
		fprintf(stderr, "EDFlib refuses the file: %d\n", header.filetype);
		return 1;
	}
	if (header.filetype != EDFLIB_FILETYPE_EDFPLUS || header.annotations_in_file < 1) {
		fprintf(stderr, "this is no EDF+ with annotations\n");
		return 1;
	}
	long seconds = (long)header.datarecords_in_file;
	double *values[EDFLIB_MAXSIGNALS];
	for (int s = 0; s < header.edfsignals; s++) {
		long n = (long)header.signalparam[s].smp_in_file;
		values[s] = malloc(n * sizeof(double));
		if (!values[s] || edfread_physical_samples(header.handle, s, n, values[s]) != n) {
			fprintf(stderr, "signal %s has not %ld samples\n", header.signalparam[s].label, n);
			return 1;
		}
	}
	for (long i = 0; i < seconds; i++) {
		for (int s = 0; s < header.edfsignals; s++) {
			if (header.signalparam[s].smp_in_datarecord != 1) continue;
			int fine = header.signalparam[s].phys_min > -1; // hundredths
			if (values[s][i] >= 0) printf(fine ? "%.2f" : "%.0f", values[s][i]);
			putchar(',');
		}
		putchar('\n');
	}
	for (int i = 0; i < header.annotations_in_file; i++) {
		struct edf_annotation_struct a;
		if (edf_get_annotation(header.handle, i, &a) != 0 || strlen(a.annotation) == 0) {
			fprintf(stderr, "annotation %d cannot be read\n", i);
			return 1;
		}
	}
	printf("annotations %lld\n", (long long)header.annotations_in_file);
	return edfclose_file(header.handle) == 0 ? 0 : 1;
}
