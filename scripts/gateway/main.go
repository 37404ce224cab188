// Command krakend is the gateway that the tests and the demo run against: the
// official command line, flexible configuration and engine, put together from
// KrakenD's own modules, without the components that the tests never use.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/gin-gonic/gin"
	cmd "github.com/krakend/krakend-cobra/v2"
	flexibleconfig "github.com/krakend/krakend-flexibleconfig/v2"
	koanf "github.com/krakend/krakend-koanf"
	"github.com/luraproject/lura/v2/config"
	"github.com/luraproject/lura/v2/core"
	"github.com/luraproject/lura/v2/logging"
	"github.com/luraproject/lura/v2/proxy"
	router "github.com/luraproject/lura/v2/router/gin"
	"github.com/luraproject/lura/v2/transport/http/server"
)

// builtinSchema accepts everything: `check -n` works, and finds no fault.
const builtinSchema = "{}"

func main() {
	core.KrakendVersion = "2.13.8-test"
	// The official program accepts this short name of the namespace too.
	config.ExtraConfigAlias = map[string]string{"router": router.Namespace}
	cmd.CheckCommand = cmd.NewCheckCmd(builtinSchema)
	cmd.Execute(parser(), run)
}

// parser reads the configuration as the official program does: through the
// templates of the flexible configuration when FC_ENABLE is set.
func parser() config.Parser {
	if os.Getenv("FC_ENABLE") == "" {
		return koanf.New()
	}
	return flexibleconfig.NewTemplateParser(flexibleconfig.Config{
		Parser:    koanf.New(),
		Partials:  os.Getenv("FC_PARTIALS"),
		Settings:  os.Getenv("FC_SETTINGS"),
		Templates: os.Getenv("FC_TEMPLATES"),
		Path:      os.Getenv("FC_OUT"),
	})
}

// run serves until SIGINT or SIGTERM, then waits for the requests in flight.
func run(cfg config.ServiceConfig) {
	cfg.Normalize()
	level := "INFO"
	if cfg.Debug {
		level = "DEBUG"
	}
	logger, err := logging.NewLogger(level, os.Stdout, "KRAKEND")
	if err != nil {
		fmt.Fprintln(os.Stderr, "ERROR creating the logger:", err)
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	openListeners(ctx, cfg, logger)
	// As in the official program, the access log goes to standard output.
	engine := router.NewEngine(cfg, router.EngineOptions{Logger: logger})
	var upgraded upgrades
	engine.GET("/__upgrade", upgraded.handle)
	router.NewFactory(router.Config{
		Engine:         engine,
		Middlewares:    []gin.HandlerFunc{},
		HandlerFactory: router.EndpointHandler,
		ProxyFactory:   proxy.DefaultFactory(logger),
		Logger:         logger,
		RunServer:      server.RunServer,
	}).NewWithContext(ctx).Run(cfg)
	upgraded.Wait()
}
