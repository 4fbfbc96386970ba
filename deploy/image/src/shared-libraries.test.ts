import { describe, expect, it } from "@jest/globals";
import { librariesIn, sharedLibrariesOf } from "./shared-libraries.ts";

describe("librariesIn", () => {
  it("takes the loader and every library, but not the kernel's", () => {
    const listed = `	linux-vdso.so.1 (0x00007fae807bc000)
	libstdc++.so.6 => /lib/x86_64-linux-gnu/libstdc++.so.6 (0x00007fae80400000)
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007fae8021e000)
	/lib64/ld-linux-x86-64.so.2 (0x00007fae807be000)
`;
    expect(librariesIn(listed)).toEqual([
      "/lib/x86_64-linux-gnu/libc.so.6",
      "/lib/x86_64-linux-gnu/libstdc++.so.6",
      "/lib64/ld-linux-x86-64.so.2",
    ]);
  });

  it("takes none of a static program", () => {
    expect(librariesIn("	statically linked\n")).toEqual([]);
  });
});

describe("sharedLibrariesOf", () => {
  it("finds the files behind the names", () => {
    const paths = sharedLibrariesOf(process.execPath).map(({ path }) => path);
    expect(paths).toContainEqual(expect.stringMatching(/\/libc\.so\.6$/));
    expect(paths).toContainEqual(expect.stringMatching(/\/ld-linux/));
  });
});
