package protobuf

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/options"
	"github.com/bufbuild/protocompile/parser"
	"github.com/bufbuild/protocompile/reporter"
)

// builtinFiles are google/type and confluent: package, names, numbers and types of the published files.
//
//go:embed builtin
var builtinFiles embed.FS

// standard are the files of google/protobuf that a schema may import without a reference.
var standard = []string{
	"any", "api", "compiler/plugin", "cpp_features", "descriptor", "duration", "empty", "field_mask", "go_features",
	"java_features", "source_context", "struct", "timestamp", "type", "wrappers",
}

// builtins returns every file that can be imported without a reference, by path. They are linked once for the process,
// and they are the only descriptors that schemas share.
var builtins = sync.OnceValue(func() map[string]linker.File {
	files := map[string]linker.File{}
	resolver := protocompile.WithStandardImports(&protocompile.SourceResolver{
		Accessor: protocompile.SourceAccessorFromMap(nil),
	})
	for _, name := range standard {
		path := "google/protobuf/" + name + ".proto"
		found, err := resolver.FindFileByPath(path)
		if err != nil || found.Desc == nil {
			panic(fmt.Sprintf("built-in import %s: %v", path, err))
		}
		file, err := linker.NewFileRecursive(found.Desc)
		if err != nil {
			panic(fmt.Sprintf("built-in import %s: %v", path, err))
		}
		files[path] = file
	}
	err := fs.WalkDir(builtinFiles, "builtin", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name := strings.TrimPrefix(path, "builtin/")
		files[name], err = linkBuiltin(path, name, files)
		return err
	})
	if err != nil {
		panic(err)
	}
	return files
})

func linkBuiltin(path, name string, files map[string]linker.File) (linker.File, error) {
	src, err := builtinFiles.Open(path)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	handler := reporter.NewHandler(nil)
	node, err := parser.Parse(name, src, handler)
	if err != nil {
		return nil, err
	}
	parsed, err := parser.ResultFromAST(node, true, handler)
	if err != nil {
		return nil, err
	}
	var deps linker.Files
	for _, imported := range parsed.FileDescriptorProto().Dependency {
		deps = append(deps, files[imported])
	}
	linked, err := linker.Link(parsed, deps, nil, handler)
	if err != nil {
		return nil, err
	}
	if _, err := options.InterpretOptionsLenient(linked); err != nil {
		return nil, err
	}
	linked.RemoveAST()
	return linked, nil
}
